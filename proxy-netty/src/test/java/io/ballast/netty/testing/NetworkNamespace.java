package io.ballast.netty.testing;

import io.ballast.netty.linux.NetworkNamespaces;
import io.ballast.netty.linux.netlink.Link;
import io.ballast.netty.linux.netlink.NetworkEvent;
import io.ballast.netty.linux.netlink.NetworkMonitor;
import io.ballast.netty.linux.netlink.RouteNetlink;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A network namespace of the test's own, named {@code bt-PID-N}, with the loopback interface up and IPv6 addresses
 * usable at once. Thread-safe.
 */
public final class NetworkNamespace implements AutoCloseable {
    private static final AtomicInteger COUNTER = new AtomicInteger();
    private static final Set<NetworkNamespace> OPEN = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(List.copyOf(OPEN))));
    }

    private final String name;

    private NetworkNamespace(String name) {
        this.name = name;
    }

    public static NetworkNamespace create() {
        NetworkNamespace namespace = create(1).get(0);
        namespace.ip("link set lo up");
        return namespace;
    }

    /** As many with one process; their loopback interfaces are down. */
    static List<NetworkNamespace> create(int count) {
        List<NetworkNamespace> made = Stream.generate(() ->
                        new NetworkNamespace("bt-" + ProcessHandle.current().pid() + "-" + COUNTER.incrementAndGet()))
                .limit(count)
                .toList();
        OPEN.addAll(made);
        try {
            forEach("netns add ", made);
            made.forEach(NetworkNamespace::acceptAddressesAtOnce);
            return made;
        } catch (RuntimeException | Error e) {
            try {
                close(made);
            } catch (RuntimeException | Error notMade) {
                e.addSuppressed(notMade);
            }
            throw e;
        }
    }

    /** Duplicate address detection would keep every IPv6 address unusable for a second. */
    private void acceptAddressesAtOnce() {
        set("ipv6/conf/default/accept_dad", "0").set("ipv6/conf/all/accept_dad", "0");
    }

    private static void forEach(String command, Collection<NetworkNamespace> namespaces) {
        batch(namespaces.stream().map(namespace -> command + namespace.name()).toList());
    }

    /** Runs many {@code ip} commands where the caller is, as {@link #ip} does inside. */
    static void batch(List<String> commands) {
        Command.run(List.of("ip", "-batch", "-"), String.join("\n", commands) + "\n");
    }

    /** Writes a setting of {@code /proc/sys/net}. */
    NetworkNamespace set(String setting, String value) {
        try {
            // That directory shows each thread the settings of its own namespace.
            return run(() -> {
                Files.writeString(Path.of("/proc/sys/net", setting), value);
                return this;
            });
        } catch (Exception e) {
            throw new AssertionError(setting + " of " + name, e);
        }
    }

    public String name() {
        return name;
    }

    public Path path() {
        return Path.of("/run/netns", name);
    }

    /** Calls the body on a new thread inside this namespace and returns what it returns or throws what it throws. */
    public <T> T run(Callable<T> body) throws Exception {
        return Threads.call(name + "-run", () -> {
            NetworkNamespaces.enter(path());
            return body.call();
        });
    }

    /** Daemon threads that live in this namespace, with all sockets they make: those of an event loop group, say. */
    public ThreadFactory threadFactory() {
        return body -> {
            Thread thread = new Thread(
                    () -> {
                        NetworkNamespaces.enter(path());
                        body.run();
                    },
                    name + "-thread");
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Runs a command inside and returns its output; a failing command fails the test. */
    public String exec(String... command) {
        return Command.run(
                Stream.concat(Stream.of("nsenter", "--net=" + path(), "--"), Arrays.stream(command))
                        .toList(),
                "");
    }

    /** A command to start inside and leave running; the caller ends it. */
    public ProcessBuilder process(String... command) {
        return new ProcessBuilder(Stream.concat(Stream.of("nsenter", "--net=" + path(), "--"), Arrays.stream(command))
                .toList());
    }

    /** Runs many {@code ip} commands inside, each without the word {@code ip}: {@code "link set lo up"}. */
    public void ip(String... commands) {
        Command.run(List.of("ip", "-netns", name, "-batch", "-"), String.join("\n", commands) + "\n");
    }

    /**
     * Waits until all addresses work: those of IPv6 do only once the kernel has noticed that their link is up. A bridge
     * without ports is not waited for.
     */
    public void awaitAddresses() {
        BlockingQueue<NetworkEvent> changes = new LinkedBlockingQueue<>();
        try {
            run(() -> {
                NetworkMonitor monitor = NetworkMonitor.start(EnumSet.allOf(NetworkMonitor.Topic.class), changes::add);
                try (monitor;
                        RouteNetlink netlink = RouteNetlink.open()) {
                    while (!areUsable(netlink)) {
                        if (changes.poll(20, TimeUnit.SECONDS) == null) {
                            throw new AssertionError("unusable among " + netlink.addresses());
                        }
                    }
                }
                return null;
            });
        } catch (Exception e) {
            throw new AssertionError("awaiting addresses of " + name, e);
        }
    }

    private static boolean areUsable(RouteNetlink netlink) {
        List<Link> links = netlink.links();
        Set<Integer> emptyBridges = links.stream()
                .filter(Link::isBridge)
                .map(Link::index)
                .filter(bridge -> links.stream().noneMatch(link -> link.master() == bridge))
                .collect(Collectors.toSet());
        return netlink.addresses().stream()
                .allMatch(address -> address.isUsable() || emptyBridges.contains(address.interfaceIndex()));
    }

    @Override
    public void close() {
        close(List.of(this));
    }

    /** Closes all with one process. */
    static void close(Collection<NetworkNamespace> namespaces) {
        List<NetworkNamespace> open = namespaces.stream().filter(OPEN::remove).toList();
        if (!open.isEmpty()) {
            forEach("netns delete ", open);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
