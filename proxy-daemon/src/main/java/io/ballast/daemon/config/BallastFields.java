package io.ballast.daemon.config;

import static io.ballast.daemon.config.Kinds.BOOL;
import static io.ballast.daemon.config.Kinds.DURATION;
import static io.ballast.daemon.config.Kinds.INT;
import static io.ballast.daemon.config.Kinds.STRING;

import java.time.Duration;
import java.util.List;

/** The fields of {@code ballast.io/v1alpha1 BallastConfiguration}: Ballast's own options. <em>Immutable.</em> */
final class BallastFields {
    static final String API_VERSION = "ballast.io/v1alpha1";
    static final String KIND = "BallastConfiguration";

    private static final FieldTable TABLE = new FieldTable(Field.Home.BALLAST_DOCUMENT);

    static final Field<String> SOURCE_DIR = TABLE.acting("sourceDir", STRING, "");
    static final Field<String> SCHEDULER = TABLE.acting("scheduler", STRING, "");
    static final Field<InterceptMode> INTERCEPT =
            TABLE.acting("intercept", Kinds.oneOf(InterceptMode.class), InterceptMode.AUTO);
    static final Field<ClientIpMode> CLIENT_IP =
            TABLE.acting("clientIp", Kinds.oneOf(ClientIpMode.class), ClientIpMode.AUTO);
    static final Field<PortRange> CLIENT_IP_PORTS =
            TABLE.acting("clientIpPorts", NetworkKinds.PORT_RANGE, new PortRange(61000, 65535));
    static final Field<TransportChoice> TRANSPORT =
            TABLE.acting("transport", Kinds.oneOf(TransportChoice.class), TransportChoice.AUTO);
    static final Field<Integer> EVENT_LOOPS = TABLE.acting("eventLoops", INT, 0);
    static final Field<Duration> CONNECT_TIMEOUT = TABLE.acting("connectTimeout", DURATION, Duration.ofSeconds(3));
    static final Field<Integer> CONNECT_ATTEMPTS = TABLE.acting("connectAttempts", INT, 3);
    static final Field<Duration> UDP_IDLE_TIMEOUT = TABLE.acting("udpIdleTimeout", DURATION, Duration.ofSeconds(60));
    static final Field<Integer> MAX_CONNECTIONS = TABLE.acting("maxConnections", INT, 0);
    static final Field<Integer> MAX_AFFINITY_ENTRIES = TABLE.acting("maxAffinityEntries", INT, 262_144);
    static final Field<String> SERVICE_PROXY_NAME = TABLE.acting("serviceProxyName", STRING, "");
    static final Field<Duration> SHUTDOWN_GRACE = TABLE.acting("shutdownGracePeriod", DURATION, Duration.ofSeconds(30));
    static final Field<String> CONNECTION_LOG = TABLE.acting("connectionLog", STRING, "");
    static final Field<Boolean> CLEANUP_ON_EXIT = TABLE.acting("cleanupOnExit", BOOL, false);
    static final Field<PacketMark> MARK = TABLE.acting("mark", NetworkKinds.MARK, PacketMark.DEFAULT);
    static final Field<Boolean> ENDPOINT_METRICS = TABLE.acting("endpointMetrics", BOOL, false);

    private BallastFields() {}

    static List<Field<?>> all() {
        return TABLE.all();
    }
}
