package io.ballast.netty.clientip;

import io.ballast.netty.KernelNumbers;
import io.ballast.netty.linux.nft.NftTable;
import io.ballast.netty.linux.nft.Nftables;
import io.ballast.netty.linux.nft.TableContents;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/**
 * The nftables tables {@code inet ballast-clients} and {@code bridge ballast-clients}; what they hold is explained in
 * {@code client-replies.nft} and {@code client-bridges.nft}. <em>Thread-safe.</em>
 */
final class ClientAddressRules implements AutoCloseable {
    private static final String NAME = "ballast-clients";
    private static final NftTable REPLIES = new NftTable("inet", NAME);
    private static final NftTable BRIDGES = new NftTable("bridge", NAME);

    static final Set<String> TABLES = Set.of(REPLIES.toString(), BRIDGES.toString());

    private final Nftables nftables;
    private final KernelNumbers numbers;
    private final ReservedPorts ports;
    /** Which process these rules are of. Process ids will not do: every container has a 1. */
    private final String holder = hex(ThreadLocalRandom.current().nextInt());

    /** The interfaces whose frames are lifted, as commands that begin with an empty map. */
    private String lifted = "";

    /**
     * @param nftables used by nobody else, and closed with this object
     */
    ClientAddressRules(Nftables nftables, KernelNumbers numbers, ReservedPorts ports) {
        this.nftables = nftables;
        this.numbers = numbers;
        this.ports = ports;
    }

    /** Why replies cannot be led here, or the empty string; leaves nothing behind. */
    static String repliesObstacle(Nftables nftables) {
        return obstacle(nftables, "client-replies.nft", REPLIES);
    }

    /** Why frames cannot be lifted from bridges, or the empty string; leaves nothing behind. */
    static String bridgesObstacle(Nftables nftables) {
        return obstacle(nftables, "client-bridges.nft", BRIDGES);
    }

    /** A transaction that removes its own table again: the kernel has looked at every rule by then. */
    private static String obstacle(Nftables nftables, String resource, NftTable table) {
        String probe = NAME + "-probe";
        String script = new ClientAddressRules(nftables, KernelNumbers.DEFAULT, ReservedPorts.DEFAULT).script(resource);
        try {
            nftables.run(script.replace(NAME, probe) + "\ndelete table " + new NftTable(table.family(), probe));
            return "";
        } catch (RuntimeException e) {
            return String.valueOf(e.getMessage());
        }
    }

    synchronized void installReplies() {
        nftables.run(script("client-replies.nft"));
    }

    /** As {@link #installReplies}, in the place of whatever is left. */
    synchronized void restoreReplies() {
        nftables.run(without(REPLIES) + script("client-replies.nft"));
    }

    /**
     * As {@link #installBridges}, in the place of whatever is left, and with the interfaces of {@link #lift} at once: the
     * kernel never switches a reply that it has lifted before.
     */
    synchronized void restoreBridges() {
        nftables.run(without(BRIDGES) + script("client-bridges.nft") + "\n" + lifted);
    }

    /** What both tables hold. */
    synchronized TableContents contents() {
        return TableContents.of(nftables, TABLES);
    }

    private static String without(NftTable table) {
        return "add table " + table + "\ndelete table " + table + "\n";
    }

    /** From no bridge yet, or from those of an earlier process. */
    synchronized void installBridges() {
        nftables.run(script("client-bridges.nft"));
    }

    /**
     * Lifts frames that come in by these interfaces, and by no others.
     *
     * @param macs of the bridge that an interface, given by its index, is a port of
     */
    synchronized void lift(Map<Integer, String> macs) {
        String elements = macs.entrySet().stream()
                .map(port -> port.getKey() + " : " + port.getValue())
                .collect(Collectors.joining(", "));
        String map = BRIDGES + " ports";
        String commands = "flush map " + map + "\n"
                + (elements.isEmpty() ? "" : "add element " + map + " { " + elements + " }\n");
        nftables.run(commands);
        lifted = commands;
    }

    /** They are this process's, whoever has loaded them last. */
    synchronized void own() {
        if (nftables.exists(REPLIES)) {
            String set = REPLIES + " holder";
            nftables.run("flush set " + set + "\nadd element " + set + " { " + holder + " }");
        }
    }

    /** Removes both tables, unless another process has loaded them since. */
    synchronized void remove() {
        if (nftables.exists(REPLIES)
                && nftables.run("list set " + REPLIES + " holder").contains(holder)) {
            removeAll(nftables);
        }
    }

    /** Removes both tables, whose ever they are. */
    static void removeAll(Nftables nftables) {
        for (NftTable table : new NftTable[] {BRIDGES, REPLIES}) {
            if (nftables.exists(table)) {
                nftables.run("delete table " + table);
            }
        }
    }

    private String script(String resource) {
        return resource(resource)
                .replace("$ports", ports.toString())
                .replace("$holder", holder)
                .replace("$others", hex(~numbers.mask()))
                .replace("$mark", hex(numbers.mark()));
    }

    /** As nft prints marks. */
    private static String hex(int bits) {
        return String.format("0x%08x", bits);
    }

    private static String resource(String name) {
        try (InputStream stream = ClientAddressRules.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException(name + " is missing beside its class");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void close() {
        nftables.close();
    }
}
