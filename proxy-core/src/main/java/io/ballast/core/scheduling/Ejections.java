package io.ballast.core.scheduling;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Durations;
import io.ballast.core.model.Protocol;
import io.ballast.core.model.ServicePortName;
import io.ballast.core.scheduling.FailedConnects.Standing;
import io.ballast.core.spi.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The endpoints of one Service port and family that are set aside because TCP connects to them failed. Else a dead one
 * among three would cost every third client the connect timeout until somebody takes it out of its EndpointSlice.
 *
 * <p>{@link #FAILURES} failures in a row eject an endpoint for a while, which doubles each time. Then the next
 * connection that the scheduler gives it is its trial: success brings it back, failure ejects it again, and meanwhile
 * nobody else is sent there. At most half of the endpoints are ejected, so that one that is merely overloaded does not
 * bury the others; and whoever finds no other endpoint may still try one of them ({@link EndpointList#lastResort}). A
 * client that affinity led there still tries, and moves when that fails.
 *
 * <p><em>Thread-safe</em> by the lock of the Service port, which is taken only when something failed before.
 */
final class Ejections {
    static final int FAILURES = 2;
    static final Duration SHORTEST = Duration.ofSeconds(5);
    static final Duration LONGEST = Duration.ofMinutes(1);

    private static final Logger log = LoggerFactory.getLogger(Ejections.class);

    private final ServicePortName name;
    private final SpinningLock lock;
    private final Ticker ticker;
    private final Consumer<EndpointLoad> changed;
    private final List<EndpointLoad> ejected = new ArrayList<>(0);
    private int limit;
    private volatile boolean anyWaits;
    private volatile long nextDueNanos;

    /**
     * @param changed told when an endpoint becomes selectable, or no longer is
     */
    Ejections(ServicePortName name, SpinningLock lock, Ticker ticker, Consumer<EndpointLoad> changed) {
        this.name = name;
        this.lock = lock;
        this.ticker = ticker;
        this.changed = changed;
    }

    /** Makes those whose time is over selectable. To be called before a pick. */
    void letTrialsBegin() {
        if (anyWaits && ticker.nanos() - nextDueNanos >= 0) {
            lock.run(() -> {
                long now = ticker.nanos();
                ejected.forEach(load -> becomeDue(load, now));
                refreshDue();
            });
        }
    }

    private void becomeDue(EndpointLoad load, long now) {
        FailedConnects failed = load.failedConnects;
        if (failed != null && failed.standing == Standing.EJECTED && now - failed.untilNanos >= 0) {
            failed.standing = Standing.DUE;
            failed.trialRuns = false;
            changed.accept(load);
        }
    }

    /** Whether a picked endpoint may be used; false when another connection is its trial already. */
    boolean admits(EndpointLoad load) {
        FailedConnects failed = load.failedConnects;
        return failed == null || failed.standing != Standing.DUE || beginTrial(load);
    }

    private boolean beginTrial(EndpointLoad load) {
        return lock.get(() -> {
            FailedConnects failed = load.failedConnects;
            if (failed == null || failed.standing != Standing.DUE) {
                return failed == null;
            }
            failed.trialRuns = true;
            waitAgain(load, failed);
            return true;
        });
    }

    /** It could not be connected to. */
    void failed(EndpointLoad load) {
        if (name.protocol() != Protocol.TCP) {
            return;
        }
        lock.run(() -> {
            FailedConnects failed = load.failedConnects;
            if (failed == null) {
                failed = new FailedConnects();
                load.failedConnects = failed;
            }
            failed.inARow++;
            boolean isNew = failed.standing == Standing.SELECTABLE;
            boolean isTooMuch = failed.inARow >= FAILURES && load.isSelectable() && ejected.size() < limit;
            if (isNew && isTooMuch) {
                ejected.add(load);
            }
            // Others that began before the ejection, and fail after it, say nothing new.
            if (isNew ? isTooMuch : failed.trialRuns) {
                eject(load, failed);
            }
        });
    }

    private void eject(EndpointLoad load, FailedConnects failed) {
        failed.ejections++;
        failed.trialRuns = false;
        waitAgain(load, failed);
        log.atInfo()
                .addKeyValue("service", name)
                .addKeyValue("endpoint", load.address)
                .addKeyValue("failures", failed.inARow)
                .addKeyValue("seconds", backOff(failed).toSeconds())
                .log("Endpoint set aside: it cannot be connected to");
    }

    private void waitAgain(EndpointLoad load, FailedConnects failed) {
        failed.untilNanos = ticker.nanos() + backOff(failed).toNanos();
        failed.standing = Standing.EJECTED;
        refreshDue();
        changed.accept(load);
    }

    private static Duration backOff(FailedConnects failed) {
        return Durations.shorter(SHORTEST.multipliedBy(1L << Math.min(failed.ejections - 1, 10)), LONGEST);
    }

    /** It was connected to. */
    void succeeded(EndpointLoad load) {
        if (load.failedConnects != null) {
            lock.run(() -> {
                load.failedConnects = null;
                if (ejected.remove(load)) {
                    refreshDue();
                    changed.accept(load);
                    log.atInfo()
                            .addKeyValue("service", name)
                            .addKeyValue("endpoint", load.address)
                            .log("Endpoint is back: it was connected to");
                }
            });
        }
    }

    /**
     * Forgets those that left, and those above half of what there is now, the longest waiting first. Call under the
     * lock; tells nobody.
     *
     * @param selectable number of endpoints that may get connections
     */
    void endpointsChanged(int selectable) {
        limit = selectable / 2;
        ejected.removeIf(load -> !load.isSelectable() && forget(load));
        while (ejected.size() > limit) {
            forget(ejected.remove(0));
        }
        refreshDue();
    }

    Set<AddressPort> addresses() {
        if (!anyWaits) {
            return Set.of();
        }
        return lock.get(() -> ejected.stream()
                .filter(EndpointLoad::isEjected)
                .map(load -> load.address)
                .collect(Collectors.toUnmodifiableSet()));
    }

    private static boolean forget(EndpointLoad load) {
        load.failedConnects = null;
        return true;
    }

    private void refreshDue() {
        boolean any = false;
        long next = 0;
        for (EndpointLoad load : ejected) {
            FailedConnects failed = load.failedConnects;
            if (failed != null && failed.standing == Standing.EJECTED) {
                next = !any || failed.untilNanos - next < 0 ? failed.untilNanos : next;
                any = true;
            }
        }
        nextDueNanos = next;
        anyWaits = any;
    }
}
