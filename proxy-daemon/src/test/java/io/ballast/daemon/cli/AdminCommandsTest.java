package io.ballast.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminCommandsTest {
    private static final String WEB = """
            {"namespace":"default","name":"web","type":"LoadBalancer","scheduler":"lc","affinity":"ClientIP",
             "internalTrafficPolicy":"Cluster","externalTrafficPolicy":"Local",
             "ports":[{"name":"http","protocol":"TCP","port":80,"nodePort":30080,
               "frontends":[
                 {"address":"10.96.0.10","port":80,"kind":"ClusterIP","state":"serving","reason":""},
                 {"address":"2001:db8::10","port":80,"kind":"LoadBalancerIP","state":"failed","reason":"address in use"},
                 {"address":"192.0.2.1","port":30080,"kind":"NodePort","state":"serving","reason":""}],
               "endpoints":[
                 {"address":"10.244.0.5","port":8080,"ready":true,"serving":true,"terminating":false,"local":true,
                  "weight":1,"active":3,"opened":40,"failed":1,"ejected":true},
                 {"address":"10.244.1.5","port":8080,"ready":false,"serving":true,"terminating":true,"local":false,
                  "weight":0,"active":0,"opened":2,"failed":0,"ejected":false}],
               "connectionsActive":3,"connectionsOpened":42}]}
            """;
    private static final String DNS = """
            {"namespace":"kube-system","name":"dns","type":"ClusterIP","scheduler":"rr","affinity":"None",
             "ports":[{"name":"","protocol":"UDP","port":53,"nodePort":0,
               "frontends":[{"address":"10.96.0.53","port":53,"kind":"ClusterIP","state":"refused","reason":"no endpoints"}],
               "endpoints":[],"connectionsActive":0,"connectionsOpened":0}]}
            """;

    private final CliFixture cli = new CliFixture();
    private final AdminServerFixture admin = new AdminServerFixture()
            .answer("/api/services", "{\"services\":[" + WEB + "," + DNS + "]}")
            .answer("/api/services/default/web", WEB);

    AdminCommandsTest() throws IOException {}

    @AfterEach
    void stop() {
        admin.close();
    }

    @Test
    void listsServices() {
        assertThat(cli.execute("services", admin.option())).isZero();
        assertThat(cli.out()).isEqualTo("""
                        NAMESPACE    NAME  TYPE          PORT               ADDRESSES                ENDPOINTS  SCHEDULER  AFFINITY  ACTIVE  OPENED
                        default      web   LoadBalancer  http 80:30080/TCP  10.96.0.10,2001:db8::10  1/2        lc         ClientIP  3       42
                        kube-system  dns   ClusterIP     53/UDP             10.96.0.53               0/0        rr         None      0       0

                        not served: default/web LoadBalancerIP [2001:db8::10]:80/TCP: address in use
                        """);
    }

    @Test
    void keepsToANamespace() {
        assertThat(cli.execute("services", "-n", "kube-system", admin.option())).isZero();
        assertThat(cli.out()).contains("dns").doesNotContain("web");
    }

    @Test
    void showsOneServiceWithFrontendsAndEndpoints() {
        assertThat(cli.execute("services", "default/web", admin.option())).isZero();
        assertThat(cli.out()).contains("""
                        SERVICE      PORT               KIND            FRONTEND           STATE    REASON
                        default/web  http 80:30080/TCP  ClusterIP       10.96.0.10:80      serving  -
                        default/web  http 80:30080/TCP  LoadBalancerIP  [2001:db8::10]:80  failed   address in use
                        default/web  http 80:30080/TCP  NodePort        192.0.2.1:30080    serving  -
                        """);
    }

    @Test
    void listsEndpoints() {
        assertThat(cli.execute("endpoints", admin.option())).isZero();
        assertThat(cli.out()).isEqualTo("""
                        SERVICE      PORT               ENDPOINT         READY  SERVING  TERMINATING  LOCAL  WEIGHT  ACTIVE  OPENED  FAILED  EJECTED
                        default/web  http 80:30080/TCP  10.244.0.5:8080  true   true     false        true   1       3       40      1       true
                        default/web  http 80:30080/TCP  10.244.1.5:8080  false  true     true         false  0       0       2       0       false
                        """);
        assertThat(cli.execute("endpoints", "default/web", admin.option())).isZero();
        assertThat(admin.asked).containsExactly("/api/services", "/api/services/default/web");
    }

    @Test
    void listsConnections() {
        admin.answer("/api/connections?limit=2", """
                {"connections":[{"id":7,"service":"default/web","port":"http","protocol":"TCP","client":"192.0.2.9:4000",
                 "frontend":"10.96.0.10:80","endpoint":"10.244.0.5:8080","source":"192.0.2.9:61000",
                 "bytesToEndpoint":100,"bytesToClient":1572864,"openedAt":"2026-11-20T10:00:00Z","ageSeconds":3725,
                 "state":"open"}],"total":12}
                """);

        assertThat(cli.execute("connections", "--limit", "2", admin.option())).isZero();
        assertThat(cli.out())
                .contains("192.0.2.9:4000", "10.244.0.5:8080", "1h2m5s", "100B", "1.5MiB", "open", "\n1 of 12\n");
    }

    @Test
    void explainsADecision() {
        admin.answer("/api/explain?client=192.0.2.9&frontend=10.96.0.53%3A53%2Fudp", """
                {"client":"192.0.2.9","frontend":"10.96.0.53:53/udp","verdict":"forward","endpoint":"10.244.0.7:53",
                 "steps":[{"step":"frontend","detail":"kube-system/dns"},{"step":"scheduler","detail":"rr: next"}]}
                """);

        assertThat(cli.execute("explain", admin.option(), "192.0.2.9", "10.96.0.53:53/udp"))
                .isZero();
        assertThat(cli.out()).isEqualTo("""
                        192.0.2.9 -> 10.96.0.53:53/udp
                            STEP       DETAIL
                        1.  frontend   kube-system/dns
                        2.  scheduler  rr: next
                        Verdict: forward to 10.244.0.7:53
                        """);
    }

    @Test
    void explainsARefusal() {
        admin.answer("/api/explain?client=192.0.2.9&frontend=10.96.0.53%3A53", """
                {"client":"192.0.2.9","frontend":"10.96.0.53:53/tcp","verdict":"refuse","endpoint":"",
                 "reason":"no-endpoints","steps":[]}
                """);

        assertThat(cli.execute("explain", admin.option(), "192.0.2.9", "10.96.0.53:53"))
                .isZero();
        assertThat(cli.out()).endsWith("Verdict: refuse (no-endpoints)\n");
    }

    @Test
    void listsConnectionsOfOneService() {
        admin.answer("/api/connections?limit=100&service=default/web", "{\"connections\":[],\"total\":9}");

        assertThat(cli.execute("connections", "default/web", admin.option())).isZero();
        assertThat(cli.out()).isEqualTo("No connections.\n");
    }

    @ParameterizedTest
    @CsvSource({
        "host, 10.0.0.1:80",
        "192.0.2.1, 10.0.0.1",
        "192.0.2.1, 10.0.0.1:x",
        "192.0.2.1, 2001:db8::1:80",
        "192.0.2.1, 10.0.0.1:80/icmp"
    })
    void refusesToExplainNonsense(String client, String frontend) {
        assertThat(cli.execute("explain", client, frontend)).isEqualTo(2);
        assertThat(cli.err()).startsWith("ballast explain: ").contains("want for example");
    }

    @Test
    void printsJsonAsItCame() throws Exception {
        assertThat(cli.execute("services", "-o", "json", admin.option())).isZero();
        assertThat(new ObjectMapper().readTree(cli.out()))
                .isEqualTo(new ObjectMapper().readTree("{\"services\":[" + WEB + "," + DNS + "]}"));
    }

    @Test
    void saysSoWhenThereIsNothing() {
        admin.answer("/api/services", "{\"services\":[]}");

        cli.execute("services", admin.option());
        cli.execute("endpoints", admin.option());

        assertThat(cli.out()).isEqualTo("No Services.\nNo endpoints.\n");
    }

    @Test
    void tellsWhenNoDaemonAnswers() {
        String option = admin.option();
        admin.close();

        assertThat(cli.execute("services", option)).isEqualTo(1);
        assertThat(cli.err())
                .startsWith("ballast services: no daemon answers at http://127.0.0.1:")
                .contains("--server")
                .doesNotContain("\tat ");
    }

    @Test
    void tellsWhatTheServerRefused() {
        assertThat(cli.execute("services", "default/none", admin.option())).isEqualTo(1);
        assertThat(cli.err()).contains("/api/services/default/none answered 404: no such Service");
    }

    @Test
    void unwrapsWhatTheServerRefused() {
        admin.answer("/api/services/default/none", 404, "{\"error\":\"not served here\"}");

        assertThat(cli.execute("services", "default/none", admin.option())).isEqualTo(1);
        assertThat(cli.err()).endsWith("/api/services/default/none answered 404: not served here\n");
    }

    @Test
    void tellsWhenSomethingElseAnswers() {
        admin.answer("/api/services", "<html>");

        assertThat(cli.execute("services", admin.option())).isEqualTo(1);
        assertThat(cli.err()).contains("is not Ballast's admin server");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"--server=:", "--server=ftp://x", "--server=http://", "--output=xml", "--interval=5", "web"})
    void endsWithTwoOnWrongUsage(String argument) {
        assertThat(cli.execute("services", argument)).isEqualTo(2);
        assertThat(cli.err()).contains("Run 'ballast services --help' for usage.");
    }

    @Test
    void watchesUntilInterruptedAndThroughARestart() throws Exception {
        CompletableFuture<Integer> exitCode = new CompletableFuture<>();
        Thread watcher = new Thread(
                () -> exitCode.complete(cli.execute("services", "--watch", "--interval", "1ms", admin.option())));
        watcher.start();

        awaitAnswers(3);
        admin.answer("/api/services", "not now");
        awaitAnswers(admin.asked.size() + 2);
        admin.answer("/api/services", "{\"services\":[]}");
        awaitAnswers(admin.asked.size() + 2);
        watcher.interrupt();

        assertThat(exitCode.get()).isZero();
        assertThat(cli.out()).contains("default      web").endsWith("No Services.\n");
        assertThat(cli.err()).contains("its answer is not JSON");
    }

    private void awaitAnswers(int count) {
        while (admin.asked.size() < count) {
            Thread.onSpinWait();
        }
    }
}
