package io.ballast.daemon.k8s;

import static io.ballast.daemon.testing.ApiObjects.labelled;
import static io.ballast.daemon.testing.ApiObjects.name;
import static io.ballast.daemon.testing.ApiObjects.node;
import static io.ballast.daemon.testing.ApiObjects.service;
import static io.ballast.daemon.testing.ApiObjects.slice;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.NamespacedName;
import io.ballast.daemon.testing.Await;
import io.ballast.daemon.testing.Recorded;
import io.ballast.daemon.testing.TestApiServer;
import io.ballast.daemon.testing.TestRequest;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the source asks of an API server, and what it makes of ordinary answers. */
class KubernetesSourceIT {
    private static final String PROXY_NAME = "service.kubernetes.io/service-proxy-name";

    private final TestApiServer server = new TestApiServer().start();
    private final SourceFixture fixture = new SourceFixture(server.url());

    @AfterEach
    void stop() {
        fixture.close();
        server.close();
    }

    @Test
    void deliversWhatALiveClusterHolds() {
        Recorded.ALL.forEach(name -> server.put(Recorded.read(name)));

        fixture.start().connected();

        assertThat(fixture.sink.services())
                .containsOnlyKeys(
                        new NamespacedName("default", "kubernetes"),
                        new NamespacedName("ingress-nginx", "edge"),
                        new NamespacedName("kube-system", "kube-dns"),
                        new NamespacedName("store", "shop"));
        assertThat(fixture.sink.slices()).hasSize(2);
        assertThat(fixture.sink.nodes()).containsOnlyKeys("worker-1");
        assertThat(fixture.problems).isEmpty();
        assertThat(fixture.source.serviceUid(new NamespacedName("default", "kubernetes")))
                .isEqualTo("5f4c8f1e-8f0b-4a58-9a3b-7f2f6d8b6a11");
    }

    @Test
    void asksWithTheSelectorsOfKubeProxy() {
        fixture.start().connected();

        assertThat(server.requests())
                .filteredOn(request -> request.isFor("services"))
                .allSatisfy(request -> assertThat(request.query())
                        .containsEntry("labelSelector", "!" + PROXY_NAME)
                        .containsEntry("fieldSelector", "spec.clusterIP!=None"));
        assertThat(server.requests())
                .filteredOn(request -> request.isFor("endpointslices"))
                .allSatisfy(request ->
                        assertThat(request.query()).containsEntry("labelSelector", "!service.kubernetes.io/headless"));
        assertThat(server.requests())
                .filteredOn(request -> request.isFor("nodes"))
                .allSatisfy(request ->
                        assertThat(request.query()).containsEntry("fieldSelector", "metadata.name=worker-1"));
        assertThat(server.requests())
                .filteredOn(TestRequest::isWatch)
                .hasSize(3)
                .allSatisfy(request -> assertThat(request.query())
                        .containsEntry("allowWatchBookmarks", "true")
                        .hasEntrySatisfying("timeoutSeconds", seconds -> assertThat(Integer.parseInt(seconds))
                                .isBetween(300, 600)));
    }

    @Test
    void tellsWhenTheFirstListsWereDelivered() {
        server.put(service("web", "10.96.0.5"));
        server.put(slice("web-1", "web", "10.244.0.5"));
        server.put(node("worker-1"));

        fixture.start().connected();

        assertThat(fixture.sink.calls())
                .containsSubsequence("upsert Node worker-1", "node synced")
                .containsSubsequence("upsert Service shop/web", "services synced")
                .containsSubsequence("upsert EndpointSlice shop/web-1", "endpointslices synced");
    }

    @Test
    void followsChanges() {
        fixture.start().connected();

        server.put(service("web", "10.96.0.5"));
        server.put(slice("web-1", "web", "10.244.0.5"));
        server.put(slice("web-1", "web", "10.244.0.5", "10.244.0.6"));
        server.put(node("worker-1"));
        Await.until(
                "both endpoints and the node",
                () -> fixture.sink.nodes().size() == 1
                        && fixture.sink.slices().containsKey(name("web-1"))
                        && fixture.sink.slice("web-1").endpoints().size() == 2);

        server.delete("Service", "shop/web");
        server.delete("EndpointSlice", "shop/web-1");
        server.delete("Node", "worker-1");
        Await.until(
                "all gone",
                () -> fixture.sink.services().isEmpty()
                        && fixture.sink.slices().isEmpty()
                        && fixture.sink.nodes().isEmpty());
    }

    @Test
    void losesAServiceThatAnotherProxyTakesAndGetsItBack() {
        server.put(service("web", "10.96.0.5"));
        fixture.start().connected();

        server.put(labelled(service("web", "10.96.0.5"), PROXY_NAME, ""));
        Await.until("Service gone", () -> fixture.sink.services().isEmpty());
        server.put(service("web", "10.96.0.5"));
        Await.until("Service back", () -> fixture.sink.services().containsKey(name("web")));
    }

    @Test
    void losesASliceThatBecomesHeadless() {
        server.put(slice("web-1", "web", "10.244.0.5"));
        fixture.start().connected();

        server.put(labelled(slice("web-1", "web", "10.244.0.5"), "service.kubernetes.io/headless", ""));

        Await.until("slice gone", () -> fixture.sink.slices().isEmpty());
    }

    @Test
    void servesOnlyTheServicesOfItsOwnProxyName() {
        server.put(service("web", "10.96.0.5"));
        server.put(labelled(service("own", "10.96.0.6"), PROXY_NAME, "ballast"));
        server.put(labelled(service("other", "10.96.0.7"), PROXY_NAME, "cilium"));
        try (SourceFixture named = new SourceFixture(server.url(), "ballast")) {
            named.start().connected();

            assertThat(named.sink.services()).containsOnlyKeys(name("own"));
        }
    }

    @Test
    void neverSeesOtherNodesNorHeadlessServices() {
        server.put(node("worker-2"));
        server.put(service("db", "None"));

        fixture.start().connected();

        assertThat(fixture.sink.nodes()).isEmpty();
        assertThat(fixture.sink.services()).isEmpty();
    }

    @Test
    void readsPagesWhereTheServerSendsThem() {
        server.pageAllLists();
        for (int i = 0; i < 1201; i++) {
            server.put(service("web-" + i, "10.96.1.1"));
        }

        fixture.start().connected();

        assertThat(fixture.sink.services()).hasSize(1201);
        assertThat(server.count(TestRequest::isServiceList)).isEqualTo(3);
        assertThat(fixture.services().objects()).isEqualTo(1201);
    }

    @Test
    void readsCompressedLists() {
        for (int i = 0; i < 2000; i++) {
            server.put(service("web-" + i, "10.96.1.1"));
        }

        fixture.start().connected();

        assertThat(fixture.sink.services()).hasSize(2000);
        assertThat(server.requests())
                .filteredOn(TestRequest::isList)
                .allSatisfy(request -> assertThat(request.headers()).containsEntry("accept-encoding", "gzip"));
    }

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
    void readsASliceWithTenThousandEndpoints() {
        String[] addresses = IntStream.range(0, 10_000)
                .mapToObj(i -> "10." + (i / 65536) + "." + (i / 256 % 256) + "." + i % 256)
                .toArray(String[]::new);
        fixture.start().connected();

        server.put(slice("web-1", "web", addresses));

        Await.until("the slice", () -> fixture.sink.slices().containsKey(name("web-1")));
        assertThat(fixture.sink.slice("web-1").endpoints()).hasSize(10_000);
        assertThat(fixture.problems).isEmpty();
    }

    private List<String> addressesOf(String slice) {
        return fixture.sink.slice(slice).endpoints().stream()
                .flatMap(endpoint -> endpoint.addresses().stream())
                .toList();
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
    void countsRequests() {
        fixture.start().connected();

        assertThat(fixture.requests).hasSize(6).containsOnly("GET 200");
    }

    @Test
    void deliversNothingAfterClose() {
        fixture.start().connected();
        fixture.source.close();
        int calls = fixture.sink.calls().size();

        server.put(service("web", "10.96.0.5"));

        assertThat(fixture.sink.calls()).hasSize(calls);
        Await.until("watches closed", () -> {
            server.bookmark();
            return server.openWatches() == 0;
        });
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
