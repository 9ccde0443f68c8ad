package io.ballast.netty.handover;

import io.ballast.netty.linux.UnixMessage;
import java.util.List;

/** The words of the protocol, and how a message is read. Stateless. */
final class Words {
    /** Belongs to the network namespace, as abstract names do. */
    static final String SOCKET = "ballast/hand-over";

    /** Raised whenever one side would misunderstand the other, the layout of the lookup's maps included. */
    static final int VERSION = 3;

    static final String HELLO = "HELLO";
    static final String WELCOME = "WELCOME";
    static final String STANDBY = "STANDBY";
    static final String REFUSED = "REFUSED";
    static final String TAKE = "TAKE";
    static final String SOCKETS = "SOCKETS";
    static final String LOOKUP = "LOOKUP";
    static final String SHARED = "SHARED";
    static final String REPLACED = "REPLACED";
    static final String END = "END";
    static final String TAKEN = "TAKEN";
    static final String SESSIONS = "SESSIONS";
    static final String RELEASED = "RELEASED";
    static final String SETTLED = "SETTLED";

    private Words() {}

    /** The words of the first line. */
    static List<String> head(UnixMessage message) {
        return List.of(message.text().lines().findFirst().orElse("").split(" "));
    }

    static boolean is(UnixMessage message, String word) {
        return head(message).get(0).equals(word);
    }

    /** The lines after the first. */
    static List<String> body(UnixMessage message) {
        return message.text().lines().skip(1).toList();
    }
}
