package io.ballast.daemon.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.Layout;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import io.ballast.daemon.config.LogFormat;
import io.ballast.daemon.config.ProxyConfig;
import java.nio.charset.StandardCharsets;
import org.slf4j.LoggerFactory;

/**
 * Sets Logback up as {@code -v}, {@code --vmodule} and {@code --logging-format} ask. Called once at start, before other
 * threads log.
 */
public final class LoggingSetup {
    private static final String OWN = "io.ballast";
    private static final int LIBRARIES_SPEAK = 6;

    private LoggingSetup() {}

    /** Replaces whatever logging there was. */
    public static void apply(ProxyConfig.Logging logging) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            apply(context, logging);
        } else {
            throw new IllegalStateException("another logging library hides Logback on the class path");
        }
    }

    /**
     * From now on only Ballast's own warnings, and errors: for commands that print something else.
     *
     * @return goes back to what was logged before
     */
    public static Scope warningsOnly() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
            Logger own = context.getLogger(OWN);
            Level rootBefore = root.getLevel();
            Level ownBefore = own.getLevel();
            root.setLevel(Level.ERROR);
            own.setLevel(Level.WARN);
            return () -> {
                root.setLevel(rootBefore);
                own.setLevel(ownBefore);
            };
        }
        return () -> {};
    }

    /** A change of logging that can be taken back. */
    @FunctionalInterface
    public interface Scope extends AutoCloseable {
        @Override
        void close();
    }

    static void apply(LoggerContext context, ProxyConfig.Logging logging) {
        context.reset();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(logging.verbosity() >= LIBRARIES_SPEAK ? Level.DEBUG : Level.WARN);
        context.getLogger(OWN).setLevel(level(logging.verbosity()));
        if (!logging.vmodule().isEmpty()) {
            context.addTurboFilter(new VModuleFilter(logging.vmodule()));
        }
        root.addAppender(standardError(context, logging.format()));
    }

    /** The level that {@code -v} opens: 2 shows each change, 4 each connection. */
    static Level level(int verbosity) {
        if (verbosity >= 4) {
            return Level.TRACE;
        }
        return verbosity >= 2 ? Level.DEBUG : Level.INFO;
    }

    private static ConsoleAppender<ILoggingEvent> standardError(LoggerContext context, LogFormat format) {
        Layout<ILoggingEvent> layout =
                switch (format) {
                    case TEXT -> new TextLayout();
                    case JSON -> new JsonLayout();
                };
        layout.setContext(context);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setCharset(StandardCharsets.UTF_8);
        encoder.setLayout(layout);
        encoder.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setName("stderr");
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        return appender;
    }
}
