package io.ballast.core.scheduling;

import io.ballast.core.collect.StableHash;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.ServicePortName;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/**
 * What a {@link Scheduler} may know of its surroundings. <em>Immutable.</em>
 *
 * @param seed differs from node to node and from Service port to Service port, stays the same from start to start: so
 *     that the turns of many nodes do not all begin with the same endpoint
 * @param random thread-safe; tests pass one they can predict
 */
public record SchedulingContext(ServicePortName servicePort, IpFamily family, long seed, RandomGenerator random) {
    private static final RandomGenerator THREAD_LOCAL =
            () -> ThreadLocalRandom.current().nextLong();

    static SchedulingContext of(ServicePortName servicePort, IpFamily family, String nodeName) {
        long seed = StableHash.mix(StableHash.of(nodeName) ^ StableHash.of(servicePort + "/" + family));
        return new SchedulingContext(servicePort, family, seed, THREAD_LOCAL);
    }
}
