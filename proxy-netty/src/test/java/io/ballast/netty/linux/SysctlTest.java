package io.ballast.netty.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Command;
import io.ballast.netty.testing.NetworkNamespace;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SysctlTest {
    @Test
    void readsASetting() {
        assertThat(Sysctl.read("kernel.ostype")).contains("Linux");
        assertThat(Sysctl.read("net.ipv4.no_such_setting")).isEmpty();
    }

    @Test
    void refusesNamesThatLeaveProcSys() {
        assertThatThrownBy(() -> Sysctl.read("../self/status")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Sysctl.read("/etc/passwd")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesSettingAndReasonOfAFailure() {
        assertThatThrownBy(() -> Sysctl.write("net.ipv4.no_such_setting", "1"))
                .isInstanceOf(Sysctl.SysctlException.class)
                .hasMessage("set sysctl net.ipv4.no_such_setting=1: this kernel has no such setting");
    }

    @Test
    @RequiresRoot
    @RequiresCommand({"ip", "nsenter", "sysctl"})
    void changesTheCallingThreadsNamespaceOnly() throws Exception {
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            namespace.ip("link add eth0.100 type bridge");
            String outside = Sysctl.read("net.ipv4.ip_forward").orElseThrow();

            namespace.run(() -> {
                Sysctl.write("net.ipv4.ip_forward", outside.equals("1") ? "0" : "1");
                Sysctl.write("net/ipv4/conf/eth0.100/rp_filter", "2");
                assertThat(Sysctl.read("net/ipv4/conf/eth0.100/rp_filter")).contains("2");
                assertThat(Sysctl.read("net.ipv4.ip_forward")).isNotEqualTo(Optional.of(outside));
                assertThatThrownBy(() -> Sysctl.write("net.ipv4.ip_forward", "nonsense"))
                        .isInstanceOf(Sysctl.SysctlException.class)
                        .hasMessage("set sysctl net.ipv4.ip_forward=nonsense: Invalid argument");
                return null;
            });

            assertThat(Sysctl.read("net.ipv4.ip_forward")).contains(outside);
        }
    }

    @Test
    void readsNumbersOfSeveralDigitsWhole() {
        expectAsSysctlShows("net.core.somaxconn");
        expectAsSysctlShows("net.ipv4.ip_local_port_range");
    }

    private static void expectAsSysctlShows(String name) {
        assertThat(Sysctl.read(name).orElseThrow())
                .isEqualTo(Command.run("sysctl", "-n", name).strip());
    }
}
