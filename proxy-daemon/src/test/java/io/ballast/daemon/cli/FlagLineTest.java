package io.ballast.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.daemon.config.ConfigLoader;
import io.ballast.daemon.config.FlagValues;
import io.ballast.daemon.config.InvalidConfigException;
import io.ballast.daemon.config.LoadedConfig;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class FlagLineTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--hostname-override=a --master=http://192.0.2.1:8080",
                "-v 3 --proxy_mode=nftables --cluster-cidr 10.0.0.0/8,2001:db8::/32",
                "--scheduler=rr --ipvs-scheduler=lc",
                "--ipvs-scheduler=lc --scheduler=rr",
                "--nodeport-addresses=10.0.0.0/8 --nodeport-addresses=192.0.2.0/24",
                "--hostname-override=a --hostname-override=b",
                "--masquerade-all --cluster-cidr=",
                "--oom-score-adj -7"
            })
    void findsWhatPicocliFinds(String line) throws InvalidConfigException {
        String[] words = GoFlagSyntax.normalize(line.isEmpty() ? new String[0] : line.split(" "));
        CommandLine picocli = new CommandLine(CommandSpec.create());
        DaemonOptions.addTo(picocli.getCommandSpec());

        LoadedConfig found = load(FlagLine.read(words).orElseThrow());

        LoadedConfig expected = load(DaemonOptions.values(picocli.parseArgs(words)));
        assertThat(found.config()).isEqualTo(expected.config());
        assertThat(found.flags()).isEqualTo(expected.flags());
    }

    private static LoadedConfig load(FlagValues flags) throws InvalidConfigException {
        return new ConfigLoader(() -> "host-a", Set.of("rr", "lc")).load(flags);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "-h",
                "--version",
                "--version=raw",
                "services",
                "--v=2 services",
                "--no-such-flag=1",
                "--hostname-override",
                "-x=1",
                "--",
                "=",
                "--=1"
            })
    void leavesTheRestToPicocli(String line) {
        assertThat(FlagLine.read(GoFlagSyntax.normalize(line.split(" ")))).isEmpty();
    }

    @Test
    void showsAFailureAsPicocliWould() {
        CliFixture cli = new CliFixture(loaded -> {
            throw new IOException("the port is taken");
        });

        assertThat(cli.execute("--hostname-override=a")).isEqualTo(1);
        assertThat(cli.err()).isEqualTo("ballast: the port is taken" + System.lineSeparator());
    }
}
