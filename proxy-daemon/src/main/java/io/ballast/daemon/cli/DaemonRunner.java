package io.ballast.daemon.cli;

import io.ballast.daemon.config.LoadedConfig;

/** Runs the daemon, or does what the command line asks for instead of running it. The seam between command and program. */
@FunctionalInterface
public interface DaemonRunner {
    /**
     * Runs until the process is to end. Logging is set up by then.
     *
     * @param loaded with {@link LoadedConfig#cleanup} or {@link LoadedConfig#initOnly} set, only that is done
     * @return the exit code
     * @throws Exception failed at run time: the message is shown, the exit code is 1
     */
    int run(LoadedConfig loaded) throws Exception;
}
