package io.ballast.daemon;

import io.ballast.core.scheduling.SchedulerRegistry;
import io.ballast.daemon.config.ConfigFileWatch;
import io.ballast.daemon.config.LoadedConfig;
import io.ballast.daemon.k8s.ClientConfigException;
import io.ballast.netty.handover.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code ballast} without a subcommand: runs a daemon until a signal, a changed file or a failure ends the process. */
final class DaemonRun {
    private static final Logger log = LoggerFactory.getLogger(DaemonRun.class);
    /** Time to let go of everything, beyond the grace period for connections. */
    private static final Duration CLOSING = Duration.ofSeconds(10);

    private static final Path OOM_SCORE = Path.of("/proc/self/oom_score_adj");
    private static final int BAD_CONFIGURATION = 2;

    private DaemonRun() {}

    /** Returns only when the daemon could not start; otherwise the process ends by {@link Termination}. */
    static int run(LoadedConfig loaded, SchedulerRegistry schedulers) throws IOException, InterruptedException {
        if (loaded.cleanup()) {
            return Leftovers.remove() ? 0 : 1;
        }
        if (loaded.initOnly()) {
            // Nothing of a data path: another process may serve here, whose rules and routes are not this one's.
            loaded.conntrack().apply();
            log.atInfo().log("The host's settings are as configured; nothing is served");
            return 0;
        }
        CountDownLatch ended = new CountDownLatch(1);
        Ending ending = new Ending();
        Daemon daemon;
        try {
            daemon = new Daemon(loaded, schedulers, ending::end);
        } catch (ClientConfigException e) {
            log.atError().log(e.getMessage());
            return BAD_CONFIGURATION;
        }
        boolean standsBy = Identity.ofThisProcess("").isPod();
        Generations generations =
                new Generations(() -> new Daemon(loaded, schedulers, ending::end), standsBy, ending::end);
        loaded.conntrack().apply();
        adjustOomScore(loaded.config().oomScoreAdj());
        Duration limit = loaded.config().ballast().shutdownGracePeriod().plus(CLOSING);
        ending.ready(Termination.install(limit, generations::drain));
        generations.start(daemon);
        @Nullable Path file = loaded.file();
        if (file != null) {
            ConfigFileWatch.start(file, () -> {
                log.atError().addKeyValue("file", file).log("Configuration was changed, ending to be restarted");
                ending.end(1);
            });
        }
        ended.await();
        return 0;
    }

    /** As kube-proxy does; without privileges the score can only be raised. */
    private static void adjustOomScore(int score) {
        try {
            Files.writeString(OOM_SCORE, Integer.toString(score));
        } catch (IOException e) {
            log.atDebug()
                    .addKeyValue("score", score)
                    .addKeyValue("reason", e.getMessage())
                    .log("Out-of-memory score stays as it was");
        }
    }

    /** Remembers an exit code that is asked for before there is somebody to ask. */
    private static final class Ending {
        private @Nullable Termination termination;
        private @Nullable Integer early;

        synchronized void ready(Termination installed) {
            termination = installed;
            if (early != null) {
                installed.end(early);
            }
        }

        synchronized void end(int code) {
            if (termination == null) {
                early = code;
            } else {
                termination.end(code);
            }
        }
    }
}
