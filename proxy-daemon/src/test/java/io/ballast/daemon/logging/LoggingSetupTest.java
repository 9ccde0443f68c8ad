package io.ballast.daemon.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import io.ballast.daemon.config.LogFormat;
import io.ballast.daemon.config.ProxyConfig;
import io.ballast.daemon.config.VModule;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

@Isolated("replaces standard error for a moment")
class LoggingSetupTest {
    private static LoggerContext context(int verbosity, VModule... modules) {
        LoggerContext context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        LoggingSetup.apply(context, new ProxyConfig.Logging(LogFormat.TEXT, verbosity, List.of(modules)));
        return context;
    }

    @ParameterizedTest
    @CsvSource({
        "0, true, false, false, false",
        "1, true, false, false, false",
        "2, true, true, false, false",
        "3, true, true, false, false",
        "4, true, true, true, false",
        "6, true, true, true, true",
    })
    void opensLevelsAsVerbosityAsks(int verbosity, boolean info, boolean debug, boolean trace, boolean libraries) {
        LoggerContext context = context(verbosity);
        Logger own = context.getLogger("io.ballast.netty.TcpListener");

        assertThat(own.isInfoEnabled()).isEqualTo(info);
        assertThat(own.isDebugEnabled()).isEqualTo(debug);
        assertThat(own.isTraceEnabled()).isEqualTo(trace);
        assertThat(context.getLogger("io.netty.channel").isInfoEnabled()).isEqualTo(libraries);
        assertThat(context.getLogger("io.netty.channel").isWarnEnabled()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "TcpListener, true",
        "Tcp*, true",
        "tcp*, false",
        "?cpListener, true",
        "Listener, false",
        "io.ballast.netty.*, true",
        "io/ballast/netty/*, true",
        "io.ballast.core.*, false",
    })
    void opensMoreForTheClassesOfAPattern(String pattern, boolean opened) {
        Logger listener = context(0, new VModule(pattern, 4)).getLogger("io.ballast.netty.TcpListener");

        assertThat(listener.isTraceEnabled()).isEqualTo(opened);
        assertThat(listener.isInfoEnabled()).isTrue();
    }

    @Test
    void takesTheFirstPatternThatMatchesAndNeverOpensLess() {
        LoggerContext context = context(2, new VModule("Tcp*", 0), new VModule("*", 4));

        assertThat(context.getLogger("io.ballast.TcpListener").isDebugEnabled()).isTrue();
        assertThat(context.getLogger("io.ballast.TcpListener").isTraceEnabled()).isFalse();
        assertThat(context.getLogger("io.ballast.UdpSession").isTraceEnabled()).isTrue();
    }

    @Test
    void writesToStandardErrorInTheFormAskedFor() {
        PrintStream original = System.err;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        try {
            System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
            LoggingSetup.apply(new ProxyConfig.Logging(LogFormat.JSON, 0, List.of()));
            LoggerFactory.getLogger("io.ballast.Test")
                    .atInfo()
                    .addKeyValue("a", 1)
                    .log("Häl");
            LoggingSetup.apply(ProxyConfig.Logging.DEFAULT);
            LoggerFactory.getLogger("io.ballast.Test")
                    .atInfo()
                    .addKeyValue("a", 1)
                    .log("lo");
            LoggerFactory.getLogger("io.ballast.Test").debug("silent");
        } finally {
            System.setErr(original);
        }

        String[] lines = written.toString(StandardCharsets.UTF_8).split("\n");
        assertThat(lines).hasSize(2);
        assertThat(lines[0]).startsWith("{\"ts\":").endsWith("\"msg\":\"Häl\",\"a\":1}");
        assertThat(lines[1]).endsWith("INFO Test: lo a=1");
    }

    @Test
    void appliesWithoutAnyConfigurationFile() {
        assertThat(LoggerFactory.getLogger("io.netty.Unknown").isInfoEnabled()).isFalse();
        assertThat(LoggerFactory.getLogger("io.ballast.Unknown").isInfoEnabled())
                .isTrue();
    }
}
