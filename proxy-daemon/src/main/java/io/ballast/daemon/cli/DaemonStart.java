package io.ballast.daemon.cli;

import io.ballast.daemon.config.ConfigLoader;
import io.ballast.daemon.config.FlagValues;
import io.ballast.daemon.config.InvalidConfigException;
import io.ballast.daemon.config.LoadedConfig;
import io.ballast.daemon.logging.LoggingSetup;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What {@code ballast} without a subcommand does once its flags are read. */
final class DaemonStart {
    private static final Logger log = LoggerFactory.getLogger(DaemonStart.class);

    private final Supplier<ConfigLoader> loader;
    private final DaemonRunner runner;

    DaemonStart(Supplier<ConfigLoader> loader, DaemonRunner runner) {
        this.loader = loader;
        this.runner = runner;
    }

    LoadedConfig load(FlagValues flags) throws InvalidConfigException {
        return loader.get().load(flags);
    }

    /** Returns the exit code. */
    int run(LoadedConfig loaded) throws Exception {
        LoggingSetup.apply(loaded.config().logging());
        loaded.logNotices(log);
        @Nullable Path writeTo = loaded.writeTo();
        if (writeTo != null) {
            write(loaded, writeTo);
            return 0;
        }
        return runner.run(loaded);
    }

    private static void write(LoadedConfig loaded, Path file) throws IOException {
        Files.writeString(file, loaded.documents().toYaml());
        log.atInfo().addKeyValue("file", file).log("Wrote configuration");
    }

    /** Tells why a command failed at run time; a defect with all there is to know. */
    static void showFailure(Exception failure, PrintWriter err, String command) {
        String reason = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        err.println(command + ": " + reason);
        if (failure instanceof RuntimeException) {
            failure.printStackTrace(err);
        } else {
            log.atDebug().setCause(failure).log("Command failed");
        }
    }
}
