package io.ballast.daemon.metrics;

import io.ballast.daemon.http.BodySource;
import java.util.function.Consumer;

/** Some families, read anew by each scrape. */
@FunctionalInterface
interface MetricSource {
    /** Text of whole families, as of now. */
    BodySource read();

    /** A source whose text is short enough to be written in one piece. */
    static MetricSource inOnePiece(Consumer<StringBuilder> families) {
        return () -> new BodySource() {
            private boolean written;

            @Override
            public boolean appendNext(StringBuilder out) {
                if (written) {
                    return false;
                }
                written = true;
                families.accept(out);
                return true;
            }
        };
    }
}
