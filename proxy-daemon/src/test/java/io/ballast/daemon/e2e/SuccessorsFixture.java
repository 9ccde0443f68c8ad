package io.ballast.daemon.e2e;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresKernel;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.daemon.testing.ApiObjects;
import io.ballast.daemon.testing.TestApiServer;
import io.ballast.daemon.testing.TestFault;
import io.ballast.daemon.testing.TestRequest;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Processes that follow each other, some of which wait for their lists. */
@RequiresRoot
@RequiresKernel("5.9")
@RequiresCommand({"ip", "nft", "nsenter"})
@RequiresFeature(NftablesProbe.class)
abstract class SuccessorsFixture {
    static final String CLUSTER_IP = "10.96.0.10";
    static final String ANNOUNCED = "taking over once there is a full table";
    static final String STANDS_BY = "standing by until it ends";
    static final String TOOK_OVER = "Took over from the earlier process";
    static final Duration WHILE = Duration.ofMinutes(1);

    @RegisterExtension
    final Cluster cluster = Cluster.ofOneNode("web1", "client");

    final Machine client = cluster.machine("client");
    final CountDownLatch lists = new CountDownLatch(1);
    TestApiServer api;

    @BeforeEach
    void describeCluster() throws Exception {
        cluster.serve("web1");
        api = cluster.keep(cluster.node().run(() -> new TestApiServer().start()));
        cluster.keep(lists::countDown);
        ObjectNode self = ApiObjects.node("node1");
        self.withObject("/status")
                .withArray("addresses")
                .removeAll()
                .addObject()
                .put("type", "InternalIP")
                .put("address", cluster.node().ipv4());
        api.put(self);
        api.put(ApiObjects.service("web", CLUSTER_IP));
        api.put(ApiObjects.slice("web-1", "web", cluster.machine("web1").ipv4()));
    }

    BallastProcess launch(String intercept) throws Exception {
        return launch(intercept, "--cleanup-on-exit=false");
    }

    BallastProcess launch(String intercept, String flag) throws Exception {
        return cluster.follow(api, "-v=2", "--intercept=" + intercept, flag);
    }

    static void awaitLog(BallastProcess ballast, String text) throws Exception {
        Await.until("\"" + text + "\" is in its log", WHILE, () -> ballast.log().contains(text));
    }

    /** One that has no lists yet, after one that serves. */
    BallastProcess launchWaiting(String intercept) throws Exception {
        return launchWaiting(intercept, "--cleanup-on-exit=false");
    }

    BallastProcess launchWaiting(String intercept, String flag) throws Exception {
        api.failNext(TestRequest::isServiceList, new TestFault.Delayed(lists));
        BallastProcess waiting = launch(intercept, flag);
        awaitLog(waiting, ANNOUNCED);
        return waiting;
    }
}
