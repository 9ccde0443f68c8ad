package io.ballast.core.scheduling;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Endpoint;

/**
 * One endpoint of the list that a {@link Scheduler} picks from. What it is never changes; what it carries does, from
 * any thread and at any moment. <em>Thread-safe.</em>
 */
public interface Candidate {
    Endpoint endpoint();

    /** Position in the list that the scheduler was created with. */
    int index();

    /** Open connections and UDP sessions, those through other frontends of the Service port included. */
    int active();

    /** At {@code ballast.io/max-connections-per-endpoint}, or set aside after failed connects: not to be picked now. */
    boolean isFull();

    /** 0 (must not be picked) to 65535. */
    default int weight() {
        return endpoint().weight();
    }

    default AddressPort address() {
        return endpoint().address();
    }
}
