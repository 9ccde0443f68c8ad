package io.ballast.netty.handover;

import io.ballast.netty.linux.UnixMessage;
import io.ballast.netty.linux.UnixSocket;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** How an offer goes over the wire, in messages that hold as many descriptors as the kernel takes. Stateless. */
final class Sending {
    private Sending() {}

    static void send(UnixSocket connection, Offer offer, Set<String> replaced) {
        List<Offer.Item> sockets = offer.sockets();
        for (int from = 0; from < sockets.size(); from += UnixMessage.MOST_DESCRIPTORS) {
            List<Offer.Item> part =
                    sockets.subList(from, Math.min(from + UnixMessage.MOST_DESCRIPTORS, sockets.size()));
            connection.send(
                    lines(
                            Words.SOCKETS,
                            part.stream().map(item -> item.key().toString()).toList()),
                    part.stream().map(Offer.Item::descriptor).toList());
        }
        if (!offer.lookup().isEmpty()) {
            connection.send(Words.LOOKUP, offer.lookup());
        }
        connection.send(
                lines(
                        Words.SHARED,
                        offer.shared().stream().map(SocketKey::toString).toList()),
                List.of());
        connection.send(lines(Words.REPLACED, List.copyOf(replaced)), List.of());
        connection.send(Words.END, List.of());
    }

    /** The sockets stay open here. */
    static void sendSessions(UnixSocket connection, List<SessionHandOver> sessions) {
        for (int from = 0; from < sessions.size(); from += UnixMessage.MOST_DESCRIPTORS) {
            List<SessionHandOver> part =
                    sessions.subList(from, Math.min(from + UnixMessage.MOST_DESCRIPTORS, sessions.size()));
            connection.send(
                    lines(
                            Words.SESSIONS,
                            part.stream().map(SessionHandOver::text).toList()),
                    part.stream().map(session -> session.socket().number()).toList());
        }
    }

    private static String lines(String word, List<String> lines) {
        return word + lines.stream().map(line -> "\n" + line).collect(Collectors.joining());
    }
}
