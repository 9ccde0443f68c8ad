package io.ballast.core.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ballast.core.model.IpAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodePortAddressesTest {
    private static final IpAddress NODE_IPV4 = IpAddress.parse("192.0.2.10");

    @ParameterizedTest(name = "{0}: {1} {2}")
    @CsvSource(delimiter = '|', textBlock = """
    ''                        | 192.0.2.10  | true
    ''                        | 127.0.0.1   | true
    ''                        | ::1         | true
    ''                        | fe80::1     | false
    ''                        | 169.254.20.10 | true
    169.254.0.0/16            | 169.254.20.10 | true
    all                       | 198.51.100.1 | true
    0.0.0.0/0,10.0.0.0/8      | 192.0.2.10  | true
    192.0.2.0/24              | 192.0.2.99  | true
    192.0.2.0/24              | 198.51.100.1 | false
    192.0.2.0/24              | 127.0.0.1   | false
    192.0.2.0/24              | 2001:db8::1 | true
    192.0.2.0/24,2001:db8::/64 | 2001:db8:1::1 | false
    primary                   | 192.0.2.10  | true
    primary                   | 192.0.2.11  | false
    primary                   | 2001:db8::1 | true
    localhost                 | 127.0.0.5   | true
    localhost                 | ::1         | true
    localhost                 | 192.0.2.10  | false
    primary,localhost         | 127.0.0.1   | true
    primary,localhost         | 192.0.2.10  | true
    primary,localhost         | 192.0.2.11  | false
    primary,localhost         | ::1         | true
    primary,localhost         | 2001:db8::1 | false
    primary,198.51.100.0/24   | 198.51.100.7 | true
    """)
    void acceptsAddresses(String entries, String address, boolean accepted) {
        assertThat(accepts(entries, address)).isEqualTo(accepted);
    }

    /** kube-proxy's {@code TestGetNodeIPs} and {@code TestContainsIPv4Loopback}: behaviour 10.4, cases 64 to 70. */
    @ParameterizedTest(name = "case {0}: {1}: {2} {3}")
    @CsvSource(delimiter = '|', textBlock = """
    64 | 10.20.30.0/24            | 10.20.30.51   | true
    64 | 10.20.30.0/24            | 100.200.201.1 | false
    64 | 10.20.30.0/24            | 2001:db8::1   | true
    64 | 10.20.30.0/24            | ::1           | true
    65 | 0.0.0.0/0                | 10.20.30.51   | true
    65 | 0.0.0.0/0                | 127.0.0.1     | true
    65 | 0.0.0.0/0,1.2.3.0/24     | 10.20.30.51   | true
    65 | 0.0.0.0/0,1.2.3.0/24     | 127.0.0.1     | true
    65 | ::/0                     | 2001:db8::1   | true
    65 | ::/0                     | ::1           | true
    66 | 2001:db8::/64,::1/128    | 2001:db8::1   | true
    66 | 2001:db8::/64,::1/128    | ::1           | true
    66 | 2001:db8::/64,::1/128    | 2001:db9::1   | false
    66 | 2001:db8::/64,::1/128    | 10.20.30.51   | true
    67 | 127.0.0.1/32             | 127.0.0.1     | true
    67 | 127.0.0.1/32             | 10.20.30.51   | false
    67 | 127.0.0.0/8              | 127.0.1.1     | true
    67 | 127.0.0.0/8              | 10.20.30.51   | false
    68 | 1.2.3.0/24,2001:dead::/64 | 10.20.30.51  | false
    68 | 1.2.3.0/24,2001:dead::/64 | 2001:db8::1  | false
    69 | ''                       | 127.0.0.1     | true
    69 | 192.168.0.0/16,0.0.0.0/0 | 127.0.0.1     | true
    69 | 192.168.0.0/16,127.0.0.0/8 | 127.0.0.1   | true
    69 | 192.168.0.0/16,127.0.2.0/28 | 127.0.2.1  | true
    69 | 192.168.0.0/16,64.0.0.0/2 | 127.0.0.1    | true
    70 | 192.168.0.0/16,::/0      | 127.0.0.1     | false
    70 | 192.168.0.0/16,::1/128   | 127.0.0.1     | false
    70 | 192.168.0.0/16,128.0.2.0/28 | 127.0.0.1  | false
    """)
    void acceptsAsKubeProxyDoes(int number, String entries, String address, boolean accepted) {
        assertThat(accepts(entries, address)).as("case %d", number).isEqualTo(accepted);
    }

    @Test
    void staysOffLoopbackWhenToldSo() {
        NodePortRules off = new NodePortRules(NodePortAddresses.EVERY, false);
        NodePortRules listed = new NodePortRules(NodePortAddresses.parse(List.of("localhost", "all")), false);

        assertThat(off.accepts(IpAddress.parse("127.0.0.1"), Optional.empty())).isFalse();
        assertThat(off.accepts(IpAddress.parse("::1"), Optional.empty())).isTrue();
        assertThat(off.accepts(NODE_IPV4, Optional.empty())).isTrue();
        assertThat(listed.accepts(IpAddress.parse("127.0.0.1"), Optional.empty()))
                .isTrue();
    }

    @Test
    void namesAnEntryItCannotRead() {
        assertThatThrownBy(() -> NodePortAddresses.parse(List.of("primary", "eth0")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"eth0\"")
                .hasMessageContaining("192.0.2.0/24");
    }

    private static boolean accepts(String entries, String address) {
        List<String> list = entries.isEmpty() ? List.of() : List.of(entries.split(","));
        return new NodePortRules(NodePortAddresses.parse(list), true)
                .accepts(IpAddress.parse(address), Optional.of(NODE_IPV4));
    }
}
