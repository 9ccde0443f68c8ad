package io.ballast.daemon.k8s;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.time.Duration;

/**
 * How long a reflector waits after what went wrong. Two back-offs, so that cheap failures in a row do not make the wait
 * before a list longer: client-go has one for both, and waits half a minute for the list after a handful of refused
 * watches. Confined to the reflector's thread.
 *
 * <ul>
 *   <li>Cheap is what costs the server next to nothing: a connect that nobody accepts, a request that it refuses, a watch
 *       that does not last. Endpoints change meanwhile, so it is tried again soon.
 *   <li>A list is dear: one that broke off, or that a version which expires at once makes necessary again.
 * </ul>
 */
final class RetryWaits {
    private final WatchTiming timing;
    private final Backoff cheap;
    private final Backoff lists;
    /** The last watch was worth opening, and nothing failed since. */
    private boolean atOnce;

    RetryWaits(WatchTiming timing) {
        this.timing = timing;
        this.cheap = timing.cheapBackoff();
        this.lists = timing.listBackoff();
    }

    /**
     * The wait after a failure; none where a watch broke that had been worth opening, as with client-go.
     *
     * @param listed whether a list had been read to its end, so that only the watch failed
     */
    Duration after(IOException failure, boolean listed) {
        boolean broke = atOnce && failure instanceof WatchEndedException;
        atOnce = false;
        if (broke) {
            return Duration.ZERO;
        }
        if (failure instanceof ApiException answer && !answer.retryAfter().isZero()) {
            return timing.asked(answer.retryAfter());
        }
        return listed || isCheap(failure) ? cheap.next() : lists.next();
    }

    private static boolean isCheap(IOException failure) {
        return failure instanceof ConnectException
                || failure instanceof HttpConnectTimeoutException
                || failure instanceof WatchEndedException
                || (failure instanceof ApiException answer && !answer.isGone());
    }

    /** The wait before a list that is due because what was delivered could not be taken in. */
    Duration beforeList() {
        return lists.next();
    }

    /**
     * Notes a watch that ended. It was worth opening if it lasted a second, as with client-go. One that ended sooner but
     * brought something does not make waits grow: client-go would be back at once, as often as the server cuts it.
     *
     * @return whether the next may be opened at once
     */
    boolean ended(Duration lasted, boolean brought) {
        if (lasted.compareTo(timing.steadyWatch()) >= 0) {
            lists.reset();
        }
        atOnce = lasted.compareTo(timing.shortWatch()) >= 0;
        if (atOnce || brought) {
            cheap.reset();
        }
        return atOnce;
    }
}
