package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.daemon.testing.ApiObjects;
import io.ballast.daemon.testing.TestApiServer;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An API server sends five thousand changes as fast as it can. Connections to endpoints that none of them concerns never
 * notice, and in the end clients are led as the last state says.
 */
@RequiresRoot
@RequiresCommand({"ip", "nsenter"})
class ChangeStormIT {
    private static final int CHANGES = 5_000;
    private static final int SERVICES = 200;

    private final Topology topology = Topology.builder()
            .node("node1")
            .bridgedPod("client")
            .bridgedPod("steady")
            .bridgedPod("last")
            .build();
    private final Machine node = topology.machine("node1");
    private final Machine client = topology.machine("client");
    private final List<AutoCloseable> resources = new ArrayList<>();
    private TestApiServer api;

    @BeforeEach
    void start() throws Exception {
        for (String name : List.of("steady", "last")) {
            resources.add(NamedServer.start(topology.machine(name), name, 8080));
        }
        api = node.run(() -> new TestApiServer().start());
        resources.add(api);
        ObjectNode self = ApiObjects.node("node1");
        self.withObject("/status")
                .putArray("addresses")
                .addObject()
                .put("type", "InternalIP")
                .put("address", node.ipv4());
        api.put(self);
        api.put(ApiObjects.service("steady", "10.96.0.10"));
        api.put(ApiObjects.slice("steady", "steady", topology.machine("steady").ipv4()));
        for (int i = 0; i < SERVICES; i++) {
            api.put(ApiObjects.service("web" + i, clusterIp(i)));
            api.put(slice(i, topology.machine("steady").ipv4()));
        }
    }

    @AfterEach
    void close() throws Exception {
        for (int i = resources.size() - 1; i >= 0; i--) {
            resources.get(i).close();
        }
        topology.close();
    }

    private static String clusterIp(int service) {
        return "10.96.1." + (service + 1);
    }

    private static ObjectNode slice(int service, String... addresses) {
        return ApiObjects.slice("web" + service, "web" + service, addresses);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bind", "sk-lookup"})
    void leavesUnaffectedConnectionsAloneAndConverges(String intercept) throws Exception {
        BallastProcess ballast = BallastProcess.launch(
                node, List.of("--master=" + api.url(), "--hostname-override=node1", "--intercept=" + intercept));
        resources.add(ballast);
        Await.until("everything is served", () -> Dial.tcp(client, clusterIp(SERVICES - 1), 80)
                .startsWith("steady"));
        List<OpenConnection> open = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            // The endpoint stays in each of these Services, whatever else comes and goes.
            open.add(OpenConnection.open(client, i < 10 ? "10.96.0.10" : clusterIp(i), 80));
        }
        resources.addAll(open);

        AtomicBoolean storming = new AtomicBoolean(true);
        CompletableFuture<Void> storm =
                CompletableFuture.runAsync(this::change).whenComplete((done, failure) -> storming.set(false));
        do {
            for (OpenConnection connection : open) {
                connection.assertAlive("in the storm\n" + ballast.log());
            }
        } while (storming.get());
        storm.join();

        String last = topology.machine("last").ipv4();
        for (int i = 0; i < SERVICES; i++) {
            if (i % 20 == 0) {
                api.put(slice(i, last));
            }
        }
        Reach reach = new Reach();
        for (int i = 0; i < SERVICES; i += 20) {
            reach.tcp(client, clusterIp(i), 80, "last").tcp(client, clusterIp(i + 1), 80, "steady");
        }
        reach.verify(ballast::log);
        for (OpenConnection connection : open) {
            connection.assertAlive("after the storm");
        }
        assertThat(ballast.admin("/metrics")).contains("ballast_connections_active{", "ballast_frontend_failures 0");
    }

    /** Endpoints come and go, Services are deleted and made again; those that connections were opened to keep theirs. */
    private void change() {
        Random random = new Random(7);
        String steady = topology.machine("steady").ipv4();
        boolean[] deleted = new boolean[SERVICES];
        for (int n = 0; n < CHANGES; n++) {
            int service = random.nextInt(SERVICES);
            if (service >= 20 && random.nextInt(4) == 0) {
                if (deleted[service]) {
                    api.put(ApiObjects.service("web" + service, clusterIp(service)));
                } else {
                    api.delete("Service", "shop/web" + service);
                }
                deleted[service] = !deleted[service];
            } else {
                api.put(slice(service, steady, "192.0.2." + (50 + random.nextInt(50))));
            }
        }
        for (int i = 0; i < SERVICES; i++) {
            if (deleted[i]) {
                api.put(ApiObjects.service("web" + i, clusterIp(i)));
            }
            api.put(slice(i, steady));
        }
    }
}
