package io.ballast.core.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.Node;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeIpsTest {
    /** kube-proxy's {@code Test_detectNodeIPs}: case 74 of behaviour 10.4. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
    internal                      | external     | bind         | expected
    ''                            | ''           | 0.0.0.0      | ''
    ''                            | ''           | ::           | ''
    ''                            | ''           | 192.0.2.9    | 192.0.2.9
    ''                            | ''           | 2001:db8::9  | 2001:db8::9
    192.0.2.1                     | ''           | 0.0.0.0      | 192.0.2.1
    192.0.2.1                     | ''           | 192.0.2.9    | 192.0.2.9
    192.0.2.1                     | ''           | 2001:db8::9  | 2001:db8::9,192.0.2.1
    192.0.2.1,2001:db8::1         | ''           | 0.0.0.0      | 192.0.2.1,2001:db8::1
    2001:db8::1,192.0.2.1         | ''           | ::           | 2001:db8::1,192.0.2.1
    192.0.2.1,2001:db8::1         | ''           | 2001:db8::9  | 2001:db8::9,192.0.2.1
    192.0.2.1,192.0.2.2           | 198.51.100.1 | 0.0.0.0      | 192.0.2.1
    ''                            | 198.51.100.1 | 0.0.0.0      | 198.51.100.1
    2001:db8::1                   | 198.51.100.1 | 0.0.0.0      | 2001:db8::1,198.51.100.1
    bad,192.0.2.1                 | ''           | 0.0.0.0      | 192.0.2.1
    """, useHeadersInDisplayName = true)
    void detectsAtMostOneAddressOfEachFamily(String internal, String external, String bind, String expected) {
        NodeIps ips = NodeIps.detect(node(internal, external), IpAddress.parse(bind));

        assertThat(ips.addresses()).hasToString("[" + expected.replace(",", ", ") + "]");
    }

    @Test
    void knowsNothingWithoutANode() {
        assertThat(NodeIps.detect(null, null)).isEqualTo(NodeIps.UNKNOWN);
        assertThat(NodeIps.UNKNOWN.of(IpFamily.IPV4)).isEmpty();
    }

    private static Node node(String internal, String external) {
        return new Node("n1", "", split(internal), split(external), List.of(), Map.of(), List.of(), false);
    }

    private static List<String> split(String list) {
        return list.isEmpty() ? List.of() : List.of(list.split(","));
    }
}
