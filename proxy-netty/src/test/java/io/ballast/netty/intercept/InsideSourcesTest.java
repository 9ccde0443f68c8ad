package io.ballast.netty.intercept;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.detect.LocalDetector;
import io.ballast.core.model.Cidr;
import io.ballast.core.model.IpAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InsideSourcesTest {
    private static final List<IpAddress> NODE = List.of(IpAddress.parse("192.0.2.1"), IpAddress.parse("2001:db8::1"));

    @Test
    void tellsPodsByAddressWhereTheDetectorKnowsBlocks() {
        LocalDetector pods =
                new LocalDetector.ByCidr(List.of(Cidr.parse("10.244.0.0/16"), Cidr.parse("2001:db8:244::/48")));

        assertThat(new InsideSources(pods, NODE).commands().lines().toList())
                .containsExactly(
                        "flush set inet ballast inside4",
                        "flush set inet ballast inside6",
                        "add element inet ballast inside4 { 192.0.2.1/32, 10.244.0.0/16 }",
                        "add element inet ballast inside6 { 2001:db8::1/128, 2001:db8:244::/48 }",
                        "flush chain inet ballast inside_interfaces");
    }

    @ParameterizedTest
    @CsvSource({"cni0, false, cni0", "cali, true, cali*"})
    void tellsPodsByTheInterfaceTheyComeInThrough(String name, boolean prefix, String match) {
        String commands = new InsideSources(new LocalDetector.ByInterface(name, prefix), NODE).commands();

        assertThat(commands)
                .contains("add element inet ballast inside4 { 192.0.2.1/32 }\n")
                .endsWith("flush chain inet ballast inside_interfaces\n"
                        + "add rule inet ballast inside_interfaces iifname \"" + match + "\" accept\n");
    }

    @ParameterizedTest
    @CsvSource({"cali*", "'x\" accept; #'", "''", "averyveryverylongname"})
    void takesNoNameThatMeansSomethingElseToNftables(String name) {
        assertThat(new InsideSources(new LocalDetector.ByInterface(name, true), NODE).commands())
                .endsWith("flush chain inet ballast inside_interfaces\n");
    }
}
