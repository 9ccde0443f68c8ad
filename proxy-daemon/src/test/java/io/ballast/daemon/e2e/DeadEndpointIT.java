package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.daemon.e2e.WebCluster.Address;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One endpoint of three swallows every packet while its EndpointSlice calls it ready. */
@RequiresRoot
@RequiresCommand({"ip", "nft", "nsenter"})
class DeadEndpointIT {
    private static final int CLIENTS = 60;

    @TempDir
    Path directory;

    @Test
    void costsAFewClientsAWaitAndNobodyAnError() throws Exception {
        try (WebCluster cluster = new WebCluster(ObjectSource.DIRECTORY, directory)) {
            Machine dead = cluster.endpoint("web1");
            dead.exec(
                    "nft",
                    "add table ip hole; add chain ip hole in { type filter hook input priority 0; policy drop; }");
            Await.until("web1 is set aside", () -> {
                assertThat(answers(cluster, 3)).isSubsetOf("web2", "web3");
                return cluster.tcp("web").at("/endpoints/0/ejected").asBoolean();
            });

            int before = cluster.perEndpoint("web", "opened").get("web1");
            assertThat(answers(cluster, CLIENTS)).containsExactly("web2", "web3");
            int tried = cluster.perEndpoint("web", "opened").get("web1") - before;
            // A third without ejection; trials come every 5 s or later.
            assertThat(tried).isLessThan(CLIENTS / 6);

            dead.exec("nft", "delete table ip hole");
            Await.until("web1 is back", () -> answers(cluster, 3).contains("web1"));
        }
    }

    private static Set<String> answers(WebCluster cluster, int clients) throws Exception {
        Address address = cluster.addresses().get(0);
        Set<String> names = new TreeSet<>();
        for (OpenConnection each : cluster.open(address, clients)) {
            names.add(each.server());
            each.close();
        }
        return names;
    }
}
