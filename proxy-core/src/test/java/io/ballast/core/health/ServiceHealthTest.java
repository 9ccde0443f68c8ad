package io.ballast.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.NamespacedName;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Cases 55 to 58 of kube-proxy's unit tests (behaviour 10.4). */
class ServiceHealthTest {
    private static final NamespacedName A = new NamespacedName("default", "a");
    private static final NamespacedName B = new NamespacedName("default", "b");
    private static final NamespacedName C = new NamespacedName("default", "c");
    private static final NamespacedName D = new NamespacedName("default", "d");

    private final List<String> ports = new ArrayList<>();
    private final AtomicBoolean proxyHealthy = new AtomicBoolean(true);
    private final ServiceHealth health = new ServiceHealth(proxyHealthy::get, new ServiceHealth.PortListener() {
        @Override
        public void opened(NamespacedName service, int port) {
            ports.add("+" + service.name() + port);
        }

        @Override
        public void closed(NamespacedName service, int port) {
            ports.add("-" + service.name() + port);
        }
    });

    @Test
    void case55IgnoresCountsOfUnknownServices() {
        health.localEndpoints(A, 93);

        assertThat(health.size()).isZero();
        assertThat(health.report(A)).isEmpty();
    }

    @Test
    void case56AnswersByTheCount() {
        health.serve(A, 9376);
        assertAnswer(A, 503, 0);
        health.localEndpoints(A, 18);
        assertAnswer(A, 200, 18);
        health.localEndpoints(A, 0);
        assertAnswer(A, 503, 0);
        health.localEndpoints(A, 11);
        assertAnswer(A, 200, 11);
        assertThat(ports).containsExactly("+a9376");
    }

    @Test
    void case57OpensAndClosesPortsAsServicesComeAndGo() {
        health.serve(A, 11111);
        health.serve(B, 11112);
        health.serve(C, 11113);
        health.localEndpoints(B, 5);
        health.localEndpoints(C, 7);
        ports.clear();

        health.stop(A);
        health.serve(B, 11112);
        health.serve(C, 11114);
        health.serve(D, 11115);

        assertThat(ports).containsExactly("-a11111", "-c11113", "+c11114", "+d11115");
        assertThat(health.report(A)).isEmpty();
        assertAnswer(B, 200, 5);
        assertAnswer(C, 503, 0);
        assertAnswer(D, 503, 0);
    }

    @Test
    void case58AnswersNoWhileTheProxyIsUnhealthy() {
        health.serve(A, 9376);
        health.localEndpoints(A, 4);
        proxyHealthy.set(false);

        assertAnswer(A, 503, 4);
        assertThat(health.report(A).orElseThrow().serviceProxyHealthy()).isFalse();

        proxyHealthy.set(true);
        assertAnswer(A, 200, 4);
    }

    private void assertAnswer(NamespacedName service, int status, int count) {
        ServiceHealth.Report report = health.report(service).orElseThrow();
        assertThat(report.service()).isEqualTo(service);
        assertThat(report.status()).isEqualTo(status);
        assertThat(report.localEndpoints()).isEqualTo(count);
    }
}
