package io.ballast.daemon;

import io.ballast.netty.cleanup.KernelCleanup;
import io.ballast.netty.cleanup.Removal;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes what stays in the kernel and logs it: {@code --cleanup} and {@code --cleanup-on-exit}. */
final class Leftovers {
    private static final Logger log = LoggerFactory.getLogger(Leftovers.class);

    private Leftovers() {}

    /** Returns whether all is gone. */
    static boolean remove() {
        List<Removal> removals = KernelCleanup.run();
        for (Removal removal : removals) {
            switch (removal.outcome()) {
                case REMOVED -> log.atInfo().addKeyValue("what", removal.what()).log("Removed");
                case SKIPPED ->
                    log.atInfo()
                            .addKeyValue("what", removal.what())
                            .addKeyValue("reason", removal.reason())
                            .log("Not looked for");
                case FAILED ->
                    log.atError()
                            .addKeyValue("what", removal.what())
                            .addKeyValue("reason", removal.reason())
                            .log("Could not be removed");
            }
        }
        return removals.stream().noneMatch(Removal::hasFailed);
    }
}
