package io.ballast.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which flags there are: every one of kube-proxy, and one for each field of our own. */
class FlagsTest {

    @Test
    void knowsEveryFlagOfKubeProxy() {
        String upstream = "config write-config-to cleanup feature-gates kubeconfig master kube-api-content-type"
                + " kube-api-burst kube-api-qps hostname-override bind-address healthz-bind-address"
                + " metrics-bind-address bind-address-hard-fail profiling show-hidden-metrics-for-version init-only"
                + " proxy-mode iptables-masquerade-bit masquerade-all iptables-localhost-nodeports"
                + " iptables-sync-period iptables-min-sync-period ipvs-sync-period ipvs-min-sync-period"
                + " ipvs-scheduler ipvs-exclude-cidrs ipvs-strict-arp ipvs-tcp-timeout ipvs-tcpfin-timeout"
                + " ipvs-udp-timeout detect-local-mode pod-bridge-interface pod-interface-name-prefix cluster-cidr"
                + " nodeport-addresses oom-score-adj conntrack-max-per-core conntrack-min"
                + " conntrack-tcp-timeout-established conntrack-tcp-timeout-close-wait conntrack-tcp-be-liberal"
                + " conntrack-udp-timeout conntrack-udp-timeout-stream config-sync-period healthz-port metrics-port"
                + " v vmodule logging-format log-flush-frequency log-text-split-stream log-text-info-buffer-size"
                + " log-json-split-stream log-json-info-buffer-size boot-id-file machine-id-file windows-service"
                + " network-name source-vip enable-dsr root-hnsendpoint-name forward-healthcheck-vip";
        List<String> own = Flags.all().stream()
                .filter(flag -> flag.scope() == Flag.Scope.BALLAST)
                .map(Flag::name)
                .toList();

        assertThat(Flags.all().stream().map(Flag::name).filter(name -> !own.contains(name)))
                .containsExactlyInAnyOrder(upstream.split(" "));
    }

    @Test
    void hasAFieldForEachOwnFlag() {
        List<String> fields = BallastFields.all().stream().map(Field::path).toList();
        Stream<String> camelCase = Flags.all().stream()
                .filter(flag -> flag.scope() == Flag.Scope.BALLAST)
                .map(flag -> Pattern.compile("-(.)").matcher(flag.name()).replaceAll(match -> match.group(1)
                        .toUpperCase(Locale.ROOT)));

        assertThat(camelCase).containsExactlyInAnyOrderElementsOf(fields);
    }
}
