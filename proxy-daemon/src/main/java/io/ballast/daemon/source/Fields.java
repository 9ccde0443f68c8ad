package io.ballast.daemon.source;

import io.ballast.core.model.Protocol;
import org.jspecify.annotations.Nullable;

/** Fields that several kinds of objects have. */
final class Fields {
    private static final int LONGEST_PORT_NAME = 63;

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

    /** The name of a port; null (reported) where it is longer than any that the API server accepts: it is a label. */
    static @Nullable String portName(Cursor field, String consequence) {
        String name = field.text("");
        if (name.length() <= LONGEST_PORT_NAME) {
            return name;
        }
        field.report("write at most " + LONGEST_PORT_NAME + " letters", consequence);
        return null;
    }
}
