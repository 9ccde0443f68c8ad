package io.ballast.daemon.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.daemon.testing.LogCapture;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiHealthTest {
    private final LogCapture log = new LogCapture(ApiHealth.class);
    private final ApiHealth health = new ApiHealth(() -> URI.create("https://192.0.2.10:6443"));

    @AfterEach
    void stop() {
        log.close();
    }

    @Test
    void tellsAnOutageOnceForAllResourcesAndItsEndOnce() {
        health.succeeded("services");
        for (int i = 0; i < 10; i++) {
            health.failed("services", new ConnectException());
            health.failed("nodes", new ConnectException());
        }
        health.succeeded("nodes");
        health.succeeded("services");

        assertThat(log.lines()).hasSize(2);
        assertThat(log.lines().get(0))
                .startsWith("WARN Kubernetes API fails; the last known Services are served on")
                .contains("https://192.0.2.10:6443", "connection refused", "--master");
        assertThat(log.lines().get(1)).startsWith("INFO Kubernetes API reached again");
    }

    @Test
    void saysThatItWaitsBeforeTheFirstContact() {
        health.failed("services", new ConnectException());

        assertThat(log.lines()).singleElement().satisfies(line -> assertThat(line)
                .startsWith("WARN Waiting for the Kubernetes API"));
    }

    @Test
    void tellsEveryEpisodeAnew() {
        for (int i = 0; i < 3; i++) {
            health.failed("services", new ConnectException());
            health.succeeded("services");
        }

        assertThat(log.lines()).hasSize(6);
    }

    @Test
    void tellsARefusalForEachResource() {
        health.failed("services", new ApiException(403, "403 services is forbidden", Duration.ZERO));
        health.failed("nodes", new ApiException(403, "403 nodes is forbidden", Duration.ZERO));
        health.failed("nodes", new ApiException(403, "403 nodes is forbidden", Duration.ZERO));

        assertThat(log.lines()).hasSize(2).allMatch(line -> line.contains("system:node-proxier"));
    }

    @Test
    void isSilentWhenAWatchEnds() {
        health.failed("services", new WatchEndedException("the server ended the watch at once"));

        assertThat(log.lines()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "401, token",
        "403, ClusterRole system:node-proxier",
        "404, is a Kubernetes API server",
        "500, API server's log"
    })
    void namesTheRemedyForACode(int code, String remedy) {
        health.failed("services", new ApiException(code, "refused", Duration.ZERO));

        assertThat(log.lines()).singleElement().asString().contains(remedy);
    }

    @Test
    void namesTheRemedyForAFailedConnection() {
        health.failed("services", new SSLHandshakeException("unknown CA"));
        health.succeeded("services");
        health.failed("services", new UnknownHostException("api.example.net"));
        health.succeeded("services");
        health.failed("services", new IOException("no route"));

        assertThat(log.lines().get(0)).contains("certificate-authority");
        assertThat(log.lines().get(2)).contains("host name");
        assertThat(log.lines().get(4)).contains("network");
    }
}
