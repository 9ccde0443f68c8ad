package io.ballast.core.scheduling;

import io.ballast.core.model.AddressPort;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * What one address and port carries for one Service port, across updates. Counts are lock-free; the other fields belong
 * to the lock of the Service port.
 *
 * <p>An endpoint that left keeps its load while it has open connections, so that it goes on counting where it was when
 * it returns. Without any it is retired: {@link #reserve} fails from then on, and whoever wanted it looks again.
 */
final class EndpointLoad {
    private static final int RETIRED = Integer.MIN_VALUE;
    private static final VarHandle ACTIVE = handle("active", int.class);
    private static final VarHandle OPENED = handle("opened", long.class);
    private static final VarHandle FAILED = handle("failed", long.class);

    final AddressPort address;

    /** Its place in either list, null where it is not listed. Guarded by the lock. */
    @Nullable
    ListedEndpoint inCluster;

    @Nullable
    ListedEndpoint inLocal;

    /** What speaks against it, null while nothing does. Written under the lock. */
    volatile @Nullable FailedConnects failedConnects;

    /** Affinity records that name it. Guarded by the lock. */
    int affinityRecords;

    private volatile int active;
    private volatile long opened;
    private volatile long failed;

    EndpointLoad(AddressPort address) {
        this.address = address;
    }

    private static VarHandle handle(String field, Class<?> type) {
        try {
            return MethodHandles.lookup().findVarHandle(EndpointLoad.class, field, type);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /**
     * Counts one more connection unless there are that many.
     *
     * @param limit 0 means none
     */
    boolean reserve(int limit) {
        if (!(limit > 0 ? reserveBelow(limit) : reserveAny())) {
            return false;
        }
        OPENED.getAndAdd(this, 1L);
        return true;
    }

    private boolean reserveBelow(int limit) {
        while (true) {
            int now = active;
            if (now < 0 || now >= limit) {
                return false;
            }
            if (ACTIVE.compareAndSet(this, now, now + 1)) {
                return true;
            }
        }
    }

    /** Writes at once, which moves the memory between processors once instead of twice; undone where it is retired. */
    private boolean reserveAny() {
        if ((int) ACTIVE.getAndAdd(this, 1) >= 0) {
            return true;
        }
        ACTIVE.getAndAdd(this, -1);
        return false;
    }

    void release() {
        ACTIVE.getAndAdd(this, -1);
    }

    /** False while it has open connections. */
    boolean retire() {
        return ACTIVE.compareAndSet(this, 0, RETIRED);
    }

    void connectFailed() {
        FAILED.getAndAdd(this, 1L);
    }

    int active() {
        return Math.max(0, active);
    }

    long opened() {
        return opened;
    }

    long failed() {
        return failed;
    }

    /** Set aside because it could not be connected to. */
    boolean isEjected() {
        FailedConnects failed = failedConnects;
        return failed != null && failed.standing == FailedConnects.Standing.EJECTED;
    }

    @Nullable
    ListedEndpoint in(EndpointScope scope) {
        return scope == EndpointScope.CLUSTER ? inCluster : inLocal;
    }

    /** Whether new connections may come to it at all. Call under the lock. */
    boolean isSelectable() {
        return (inCluster != null && inCluster.weight() > 0) || (inLocal != null && inLocal.weight() > 0);
    }
}
