package io.ballast.daemon.demo;

import io.ballast.daemon.config.GoDurationConverter;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ballast demo}: a cluster on loopback, a tour of it, and traffic until it is told to stop. */
@Command(
        name = "demo",
        description =
                "Shows Ballast at work on loopback addresses: no cluster, no root. Exit code 0 only if every claim"
                        + " of the tour held.")
public final class DemoCommand implements Callable<Integer> {
    private static final int DEFAULT_ADMIN_PORT = 10249;
    private static final String NODE = "demo-node";

    private final DemoDaemon daemon;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--duration",
            paramLabel = "DURATION",
            converter = GoDurationConverter.class,
            description = "How long to stay, tour included; without it until interrupted.")
    private @Nullable Duration duration;

    @Option(names = "--no-traffic", description = "Only the tour, no traffic after it.")
    private boolean noTraffic;

    /** Starts the real daemon in this process. */
    @FunctionalInterface
    public interface DemoDaemon {
        /**
         * @param flags of the command line
         * @return closes it
         */
        AutoCloseable start(List<String> flags) throws Exception;
    }

    public DemoCommand(DemoDaemon daemon) {
        this.daemon = daemon;
    }

    @Override
    public Integer call() throws Exception {
        if (spec == null) {
            throw new IllegalStateException("Picocli gives every command its specification before it runs");
        }
        PrintWriter out = spec.commandLine().getOut();
        long end = duration == null ? Long.MAX_VALUE : System.nanoTime() + duration.toNanos();
        Path directory = Files.createTempDirectory("ballast-demo");
        try {
            return run(new DemoManifests(directory, NODE), new Narrator(out), end);
        } finally {
            delete(directory);
        }
    }

    private int run(DemoManifests manifests, Narrator narrator, long end) throws Exception {
        List<DemoEndpoint> endpoints = List.of(
                new DemoEndpoint("a", "127.244.0.1"),
                new DemoEndpoint("b", "127.244.0.2"),
                new DemoEndpoint("c", "127.244.0.3"));
        for (DemoEndpoint endpoint : endpoints) {
            endpoint.start();
        }
        manifests.node();
        manifests.service(Map.of(), "sessionAffinity: None");
        manifests.otherServices();
        manifests.endpoints(Map.of(endpoints.get(0), 1, endpoints.get(1), 1, endpoints.get(2), 1));
        int adminPort = freePort(DEFAULT_ADMIN_PORT);
        URI admin = URI.create("http://127.0.0.1:" + adminPort + "/");
        try (AutoCloseable running = daemon.start(flags(manifests.directory(), adminPort))) {
            introduce(narrator, manifests, admin);
            new Tour(new DemoCluster(manifests, endpoints, new DemoState(admin)), narrator).run();
            narrator.chapter(narrator.summary());
            stay(narrator, admin, end);
        } finally {
            endpoints.forEach(DemoEndpoint::close);
        }
        return narrator.allTrue() ? 0 : 1;
    }

    private static List<String> flags(Path directory, int adminPort) throws IOException {
        return List.of(
                "--source-dir=" + directory,
                "--hostname-override=" + NODE,
                "--intercept=bind",
                "--client-ip=never",
                "--cleanup-on-exit",
                "--nodeport-addresses=127.0.0.1/32",
                "--healthz-bind-address=127.0.0.1:" + freePort(0),
                "--metrics-bind-address=127.0.0.1:" + adminPort);
    }

    /** The wanted port when it is free, else any. */
    private static int freePort(int wanted) throws IOException {
        try (ServerSocket socket = new ServerSocket(wanted, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            if (wanted == 0) {
                throw e;
            }
            return freePort(0);
        }
    }

    private static void introduce(Narrator narrator, DemoManifests manifests, URI admin) {
        narrator.chapter("A cluster on loopback");
        narrator.say("status page      " + admin);
        narrator.say("metrics          " + admin + "metrics");
        narrator.say("manifests        " + manifests.directory() + " (edit them while it runs)");
        narrator.say("Service web      ClusterIP " + DemoManifests.CLUSTER_IP + ":" + DemoManifests.PORT + ", NodePort "
                + DemoManifests.NODE_PORT + ", external " + DemoManifests.EXTERNAL_IP + ", load balancer "
                + DemoManifests.LOAD_BALANCER_IP);
        narrator.say("Service names    UDP, ClusterIP " + DemoManifests.UDP_IP + ":" + DemoManifests.UDP_PORT);
        narrator.say(
                "Service empty    ClusterIP " + DemoManifests.EMPTY_IP + ":" + DemoManifests.PORT + ", no endpoints");
        narrator.say("endpoints        a, b, c on 127.244.0.1-3:" + DemoEndpoint.PORT);
    }

    private void stay(Narrator narrator, URI admin, long end) throws InterruptedException {
        if (noTraffic && duration == null) {
            return;
        }
        narrator.say(
                duration == null
                        ? "Staying until interrupted; see " + admin
                        : "Traffic for the rest of " + duration.toSeconds() + " s; see " + admin);
        try (Traffic traffic = noTraffic ? Traffic.none() : Traffic.start()) {
            while (System.nanoTime() - end < 0) {
                Thread.sleep(Math.min(1_000, Math.max(1, (end - System.nanoTime()) / 1_000_000)));
            }
            narrator.say(traffic.summary());
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
