package io.ballast.daemon.config;

import static io.ballast.daemon.config.Flag.Scope.BALLAST;
import static io.ballast.daemon.config.Flag.Scope.PROCESS;

import java.util.List;

/** The flags that say what to do, and Ballast's own options; the latter are also fields of the second document. */
final class OwnFlags {
    private OwnFlags() {}

    static void addTo(List<Flag> flags) {
        addActions(flags);
        addSources(flags);
        addInterception(flags);
        addConnections(flags);
        addLimits(flags);
        addProcess(flags);
    }

    private static void process(List<Flag> flags, String name, String placeholder, Field<?> field, String help) {
        flags.add(new Flag(name, PROCESS, placeholder, help, List.of(field)));
    }

    private static void own(List<Flag> flags, String name, String placeholder, Field<?> field, String help) {
        flags.add(new Flag(name, BALLAST, placeholder, help, List.of(field)));
    }

    private static void addActions(List<Flag> flags) {
        process(
                flags,
                "config",
                "FILE",
                ProcessFields.CONFIG,
                "Configuration: a KubeProxyConfiguration, and a BallastConfiguration as second YAML document. A changed"
                        + " file ends the process with exit code 1.");
        process(
                flags,
                "write-config-to",
                "FILE",
                ProcessFields.WRITE_CONFIG_TO,
                "Write the effective configuration to this file and exit.");
        process(
                flags,
                "cleanup",
                "BOOL",
                ProcessFields.CLEANUP,
                "Remove everything Ballast left in the kernel and exit; the same as the command cleanup.");
        process(
                flags,
                "init-only",
                "BOOL",
                ProcessFields.INIT_ONLY,
                "Do what needs privileges, serve nothing and exit.");
    }

    private static void addSources(List<Flag> flags) {
        own(
                flags,
                "source-dir",
                "DIR",
                BallastFields.SOURCE_DIR,
                "Read Service, EndpointSlice and Node objects from the YAML and JSON files in DIR, and follow their"
                        + " changes, instead of asking a Kubernetes API.");
        own(
                flags,
                "service-proxy-name",
                "NAME",
                BallastFields.SERVICE_PROXY_NAME,
                "Serve only Services whose label service.kubernetes.io/service-proxy-name has this value, instead of"
                        + " those without the label.");
    }

    private static void addInterception(List<Flag> flags) {
        own(
                flags,
                "intercept",
                "MODE",
                BallastFields.INTERCEPT,
                "How packets for Services are intercepted: " + Labelled.choices(InterceptMode.class)
                        + ". auto takes sk-lookup where the kernel has it.");
        own(
                flags,
                "client-ip",
                "MODE",
                BallastFields.CLIENT_IP,
                "Whether endpoints see the client's address where kube-proxy would show it: "
                        + Labelled.choices(ClientIpMode.class) + ".");
        own(
                flags,
                "client-ip-ports",
                "FIRST-LAST",
                BallastFields.CLIENT_IP_PORTS,
                "Source ports of connections made with a client's address; outside the ephemeral range."
                        + " Default 61000-65535.");
        own(
                flags,
                "mark",
                "VALUE[/MASK]",
                BallastFields.MARK,
                "Packet mark, and its mask, for packets that Ballast steers. Default 0x1000/0x1000.");
        own(
                flags,
                "cleanup-on-exit",
                "BOOL",
                BallastFields.CLEANUP_ON_EXIT,
                "Remove routes and rules when the daemon ends. Default false.");
    }

    private static void addConnections(List<Flag> flags) {
        own(
                flags,
                "scheduler",
                "NAME",
                BallastFields.SCHEDULER,
                "Scheduler of Services that name none: rr, wrr, lc, wlc, sh, dh, sed, nq, mh, random, p2c, or one of"
                        + " your own. Default: --ipvs-scheduler, else rr.");
        own(
                flags,
                "connect-timeout",
                "DURATION",
                BallastFields.CONNECT_TIMEOUT,
                "How long one attempt to connect to an endpoint may take. Default 3s.");
        own(
                flags,
                "connect-attempts",
                "N",
                BallastFields.CONNECT_ATTEMPTS,
                "Different endpoints to try before a client is reset, 1 to 10. Default 3.");
        own(
                flags,
                "udp-idle-timeout",
                "DURATION",
                BallastFields.UDP_IDLE_TIMEOUT,
                "How long a UDP session lives without a datagram. Default 60s.");
    }

    private static void addLimits(List<Flag> flags) {
        own(
                flags,
                "max-connections",
                "N",
                BallastFields.MAX_CONNECTIONS,
                "Open connections of the whole daemon; 0 means as many as descriptors allow. Default 0.");
        own(
                flags,
                "max-affinity-entries",
                "N",
                BallastFields.MAX_AFFINITY_ENTRIES,
                "Clients remembered for session affinity, oldest out. Default 262144.");
        own(
                flags,
                "shutdown-grace-period",
                "DURATION",
                BallastFields.SHUTDOWN_GRACE,
                "How long open connections may go on after SIGTERM. Default 30s.");
    }

    private static void addProcess(List<Flag> flags) {
        own(
                flags,
                "connection-log",
                "FILE|-",
                BallastFields.CONNECTION_LOG,
                "Write one line for each connection that ended; - is standard output.");
        own(
                flags,
                "endpoint-metrics",
                "BOOL",
                BallastFields.ENDPOINT_METRICS,
                "Also measure each endpoint, not only each Service port. Default false.");
        own(
                flags,
                "transport",
                "KIND",
                BallastFields.TRANSPORT,
                "Kind of event loop: " + Labelled.choices(TransportChoice.class)
                        + ". auto is epoll, with io_uring for what can be done together, where it is permitted.");
        own(
                flags,
                "event-loops",
                "N",
                BallastFields.EVENT_LOOPS,
                "Number of event loops; 0 means one for each processor. Default 0.");
    }
}
