package io.ballast.daemon.k8s;

import static io.ballast.daemon.testing.ApiObjects.name;
import static io.ballast.daemon.testing.ApiObjects.service;
import static io.ballast.daemon.testing.ApiObjects.slice;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.daemon.testing.Await;
import io.ballast.daemon.testing.Recorded;
import io.ballast.daemon.testing.TestApiServer;
import io.ballast.daemon.testing.TestRequest;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects that are wrong, alone or among others, in lists and in watches. */
class KubernetesProblemsIT {
    @RegisterExtension
    final FollowedServer followed = new FollowedServer();

    private final TestApiServer server = followed.server();
    private final SourceFixture fixture = followed.fixture();

    @Test
    void tellsWhatIsWrongWithAnObjectAndServesTheOthers() {
        server.put(service("web", "10.96.0.5"));
        server.put(Recorded.parse("{'kind':'Service','metadata':{'name':'bad','namespace':'shop'},'spec':'none'}"));
        server.put(slice("web-1", "web", "127.0.0.1", "10.244.0.5"));

        fixture.start().connected();

        assertThat(fixture.sink.services()).containsOnlyKeys(name("web"));
        assertThat(fixture.sink.slice("web-1").endpoints()).hasSize(1);
        assertThat(fixture.problems).hasSize(2);
    }

    @Test
    void tellsOnceOfAProblemThatIsSentAgainAndAgain() {
        server.put(slice("web-1", "web", "10.244.0.300"));
        fixture.start().connected();
        for (int i = 1; i <= 20; i++) {
            server.put(slice("web-1", "web", "10.244.0.300", "10.244.0." + i));
        }
        Await.until("last version", () -> addressesOf("web-1").equals(List.of("10.244.0.20")));
        assertThat(fixture.problems).hasSize(1);

        server.put(slice("web-1", "web", "10.244.0.5"));
        server.put(slice("web-1", "web", "10.244.0.300"));
        Await.until("told again after it was good", () -> fixture.problems.size() == 2);
        server.delete("EndpointSlice", "shop/web-1");
        server.put(slice("web-1", "web", "10.244.0.300"));
        Await.until("told again after it was gone", () -> fixture.problems.size() == 3);
    }

    private List<String> addressesOf(String slice) {
        return fixture.sink.slice(slice).endpoints().stream()
                .flatMap(endpoint -> endpoint.addresses().stream())
                .toList();
    }

    /** What no validating API server sends, in the middle of a watch. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'kind':'Service','spec':{'clusterIP':'10.96.0.1'}}",
                "{'kind':'Service','metadata':null,'spec':null}",
                "{'kind':'Service','metadata':[],'spec':{}}",
                "{'kind':'Service','metadata':{'name':'bad','namespace':'shop'},'spec':{'clusterIP':7,'ports':null,'externalIPs':null}}",
                "{'kind':'Service','metadata':{'name':'bad','namespace':'shop'},'spec':{'clusterIP':'10.96.0.6','ports':[null,7,{'port':-1},"
                        + "{'port':99999999999999999999},{'port':80,'nodePort':65536},{'port':80},{'port':'80'},{'port':80,'protocol':{}}]}}",
                "{'kind':'Service','metadata':{'name':'bad','namespace':'shop'},'spec':{'clusterIP':'10.96.0.6','ports':{'port':80}}}",
                "{'kind':'Service','metadata':{'name':'bad','namespace':'shop'},'spec':{'clusterIP':'fe80::1%eth0',"
                        + "'loadBalancerSourceRanges':['10.0.0.0/33','::/129','x/8',8],'ports':[{'port':80}]}}",
                "{'kind':'Service','metadata':{'name':'bad','namespace':'shop','annotations':[]},'spec':{'clusterIP':'10.96.0.6'},'status':7}",
                "7",
                "null",
                "{}",
            })
    void goesOnWithTheSameWatchAfterAMalformedObject(String object) {
        server.put(service("web", "10.96.0.5"));
        fixture.start().connected();
        server.awaitWatches();

        server.garble("{\"type\":\"ADDED\",\"object\":" + object.replace('\'', '"') + "}\n");
        server.put(service("after", "10.96.0.7"));

        Await.until("the next object", () -> fixture.sink.services().containsKey(name("after")));
        assertThat(fixture.sink.services()).containsKey(name("web"));
        assertThat(server.count(TestRequest::isWatch)).isEqualTo(3);
        assertThat(server.count(TestRequest::isList)).isEqualTo(3);
    }

    @Test
    void knowsTheUidOfAServiceBeforeItTellsWhatIsWrongWithIt() {
        List<String> uids = new CopyOnWriteArrayList<>();
        fixture.onProblem = problem -> uids.add(fixture.source.serviceUid(Objects.requireNonNull(problem.service())));
        server.put(Recorded.parse("{'kind':'Service','metadata':{'name':'bad','namespace':'shop','uid':'uid-bad'}}"));

        fixture.start().connected();

        assertThat(uids).containsExactly("uid-bad");
    }

    @Test
    void keepsTheLastGoodVersionOfAServiceThatTurnsBad() {
        server.put(service("web", "10.96.0.5"));
        fixture.start().connected();

        server.put(Recorded.parse("{'kind':'Service','metadata':{'name':'web','namespace':'shop'},'spec':'none'}"));
        Await.until("problem told", () -> !fixture.problems.isEmpty());

        assertThat(fixture.sink.services()).containsOnlyKeys(name("web"));
        server.delete("Service", "shop/web");
        Await.until("gone", () -> fixture.sink.services().isEmpty());
    }

    @Test
    void refusesAnApiAddressThatItWouldHaveToServe() {
        server.put(Recorded.parse("""
                {'kind':'Service','metadata':{'name':'kubernetes','namespace':'default'},
                 'spec':{'clusterIP':'127.0.0.1','clusterIPs':['127.0.0.1']}}"""));

        fixture.start().connected();

        assertThat(fixture.fatal).singleElement().satisfies(e -> assertThat(e)
                .hasMessageContaining("--master")
                .hasMessageContaining("kubeconfig")
                .hasMessageContaining("default/kubernetes"));
        assertThat(fixture.sink.services()).isEmpty();
    }
}
