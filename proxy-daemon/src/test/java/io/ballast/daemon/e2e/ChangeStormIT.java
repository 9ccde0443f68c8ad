package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.daemon.testing.ApiObjects;
import io.ballast.daemon.testing.TestApiServer;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
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

    @RegisterExtension
    final Cluster cluster = Cluster.ofOneNode("client", "steady", "last");

    private final Machine node = cluster.node();
    private final Machine client = cluster.machine("client");
    private final TestApiServer api = cluster.keep(new TestApiServer());

    @BeforeEach
    void start() throws Exception {
        cluster.serve("steady", "last");
        node.run(api::start);
        api.put(ApiObjects.node("node1", node.ipv4()));
        api.put(ApiObjects.service("steady", "10.96.0.10"));
        api.put(ApiObjects.slice("steady", "steady", cluster.machine("steady").ipv4()));
        for (int i = 0; i < SERVICES; i++) {
            api.put(ApiObjects.service("web" + i, clusterIp(i)));
            api.put(slice(i, cluster.machine("steady").ipv4()));
        }
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
        BallastProcess ballast = cluster.follow(api, "--intercept=" + intercept);
        Await.until("everything is served", () -> Dial.tcp(client, clusterIp(SERVICES - 1), 80)
                .startsWith("steady"));
        List<OpenConnection> open = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            // The endpoint stays in each of these Services, whatever else comes and goes.
            open.add(OpenConnection.open(client, i < 10 ? "10.96.0.10" : clusterIp(i), 80));
        }
        open.forEach(cluster::keep);

        AtomicBoolean storming = new AtomicBoolean(true);
        CompletableFuture<Void> storm =
                CompletableFuture.runAsync(this::change).whenComplete((done, failure) -> storming.set(false));
        do {
            for (OpenConnection connection : open) {
                connection.assertAlive("in the storm\n" + ballast.log());
            }
        } while (storming.get());
        storm.join();

        String last = cluster.machine("last").ipv4();
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
        String steady = cluster.machine("steady").ipv4();
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
