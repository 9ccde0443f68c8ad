package io.ballast.daemon.source;

import io.ballast.core.model.Protocol;
import org.jspecify.annotations.Nullable;

/** Fields that several kinds of objects have. */
final class Fields {
    private Fields() {}

    /** The protocol, TCP where there is none, null (reported) where it is unknown. */
    static @Nullable Protocol protocol(Cursor field, String consequence) {
        String text = field.text("TCP");
        for (Protocol protocol : Protocol.values()) {
            if (protocol.name().equals(text)) {
                return protocol;
            }
        }
        field.report("write TCP, UDP or SCTP", consequence);
        return null;
    }
}
