package io.ballast.netty.intercept;

import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import java.util.Collection;
import java.util.List;

/** How elements of nftables sets are written. Stateless. */
final class SetElements {
    /** Elements in one command; keeps a transaction's netlink messages within the default buffers. */
    private static final int CHUNK = 500;

    private SetElements() {}

    /** A key of type {@code address . inet_proto . inet_service}. */
    static String of(Frontend frontend) {
        return frontend.address() + " . " + frontend.protocol().suffix() + " . " + frontend.port();
    }

    /** Those of one family. */
    static List<String> of(Collection<IpAddress> addresses, boolean ipv4) {
        return addresses.stream()
                .filter(address -> address.isIpv4() == ipv4)
                .map(IpAddress::toString)
                .toList();
    }

    static void flush(StringBuilder commands, String... sets) {
        for (String set : sets) {
            commands.append("flush set ").append(set).append('\n');
        }
    }

    /**
     * @param verb {@code add} or {@code delete}
     */
    static void write(StringBuilder commands, String verb, String set, List<String> elements) {
        for (int from = 0; from < elements.size(); from += CHUNK) {
            List<String> chunk = elements.subList(from, Math.min(from + CHUNK, elements.size()));
            commands.append(verb).append(" element ").append(set);
            commands.append(" { ").append(String.join(", ", chunk)).append(" }\n");
        }
    }
}
