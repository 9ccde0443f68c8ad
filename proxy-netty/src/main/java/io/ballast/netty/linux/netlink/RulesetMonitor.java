package io.ballast.netty.linux.netlink;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Notices when others take something from certain nftables tables, in the network namespace of the thread that starts it:
 * a table, or chains, rules, sets or elements of it that the same transaction does not put back ({@code nft flush
 * ruleset}, for one). What this process does is not told, as far as the sockets that it does it with are open at the
 * start. The listener is called on the monitor's thread. Thread-safe.
 */
public final class RulesetMonitor implements AutoCloseable {
    private static final int NETLINK_NETFILTER = 12;
    /** NFNLGRP_NFTABLES, less one, as a bit. */
    private static final int GROUP = 1 << 6;

    private static final int SUBSYSTEM_NFTABLES = 10;
    /** {@code struct nfgenmsg}: family, version, resource. */
    private static final int HEADER_LENGTH = 4;

    private static final int NEWGEN = 15;
    private static final int DELTABLE = 2;
    private static final int TABLE_NAME = 1;
    private static final int GEN_PROC_PID = 2;
    private static final int GEN_PROC_NAME = 3;

    private static final Map<Integer, String> FAMILIES =
            Map.of(1, "inet", 2, "ip", 3, "arp", 5, "netdev", 7, "bridge", 10, "ip6");
    /** By the number of the message that tells of a new one; that of a removed one is greater by two. */
    private static final Map<Integer, Kind> KINDS = Map.of(
            3, new Kind("chains", 3),
            6, new Kind("rules", 2),
            9, new Kind("sets", 2),
            12, new Kind("elements", 2));

    private final Set<String> tables;
    private final Consumer<Loss> listener;
    /** What the transaction under way has taken from tables, less what it has added. Confined to the thread. */
    private final Map<Part, Integer> balance = new LinkedHashMap<>();

    private final Set<String> gone = new LinkedHashSet<>();
    private final NetlinkFollower follower;

    /** @param name the attribute that names it, besides that of its table */
    private record Kind(String plural, int name) {}

    /**
     * What one count is for.
     *
     * @param name of the chain or set
     */
    private record Part(String table, String plural, String name) {
        @Override
        public String toString() {
            return plural + " of " + table + " " + name;
        }
    }

    /**
     * What one transaction took.
     *
     * @param tables that it took something from
     * @param what in words, "" where messages were lost, so that it is not known whether anything was taken at all
     * @param by the program and its process
     */
    public record Loss(Set<String> tables, String what, String by) {
        public Loss {
            tables = Set.copyOf(tables);
        }
    }

    private RulesetMonitor(Set<String> tables, Consumer<Loss> listener) {
        this.tables = Set.copyOf(tables);
        this.listener = listener;
        SocketFilter others = new SocketFilter(OwnPorts.ofProtocol(NETLINK_NETFILTER));
        NetlinkSocket socket = NetlinkSocket.open(NETLINK_NETFILTER, GROUP, others);
        follower = NetlinkFollower.start("ruleset-monitor", socket, new Reader());
    }

    /** @param tables with family and name: {@code inet ballast} */
    public static RulesetMonitor start(Set<String> tables, Consumer<Loss> listener) {
        return new RulesetMonitor(tables, listener);
    }

    private final class Reader implements NetlinkFollower.Listener {
        @Override
        public void received(NetlinkMessage message) {
            if (message.type() >> 8 != SUBSYSTEM_NFTABLES || message.payload().limit() < HEADER_LENGTH) {
                return;
            }
            int number = message.type() & 0xff;
            if (number == NEWGEN) {
                settle(message);
            } else {
                book(message, number);
            }
        }

        @Override
        public void lost() {
            balance.clear();
            gone.clear();
            listener.accept(new Loss(tables, "", ""));
        }
    }

    private void book(NetlinkMessage message, int number) {
        Attributes attributes = message.attributes(HEADER_LENGTH);
        String table = FAMILIES.getOrDefault((int) message.payload().get(0), "?") + " "
                + attributes.text(TABLE_NAME).orElse("");
        if (!tables.contains(table)) {
            return;
        }
        if (number == DELTABLE) {
            gone.add(table);
        }
        kind(number).ifPresent(kind -> {
            Part part =
                    new Part(table, kind.plural(), attributes.text(kind.name()).orElse(""));
            balance.merge(part, KINDS.containsKey(number) ? -1 : 1, Integer::sum);
        });
    }

    private static Optional<Kind> kind(int number) {
        return Optional.ofNullable(KINDS.get(number)).or(() -> Optional.ofNullable(KINDS.get(number - 2)));
    }

    /** The transaction is complete. */
    private void settle(NetlinkMessage message) {
        Set<String> from = new TreeSet<>(gone);
        List<String> taken =
                new ArrayList<>(from.stream().map(table -> "table " + table).toList());
        balance.forEach((part, count) -> {
            // With a table goes all that is in it.
            if (count > 0 && !gone.contains(part.table())) {
                from.add(part.table());
                taken.add(count + " " + part);
            }
        });
        balance.clear();
        gone.clear();
        String what = String.join(", ", taken);
        if (!what.isEmpty()) {
            Attributes attributes = message.attributes(HEADER_LENGTH);
            String program = attributes.text(GEN_PROC_NAME).orElse("?");
            String process = attributes
                    .raw(GEN_PROC_PID)
                    .map(pid -> " (" + pid.order(ByteOrder.BIG_ENDIAN).getInt(0) + ")")
                    .orElse("");
            listener.accept(new Loss(from, what, program + process));
        }
    }

    @Override
    public void close() {
        follower.close();
    }
}
