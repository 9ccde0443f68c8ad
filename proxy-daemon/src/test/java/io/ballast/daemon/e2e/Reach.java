package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.netty.testing.Machine;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/**
 * What clients see at addresses, tried all at once, since silence takes its time. Expectations wait until they hold,
 * up to half a minute; those of silence must hold at the first try. Confined to one thread.
 */
final class Reach {
    private static final long PATIENCE_NANOS = 30_000_000_000L;

    private static final long PAUSE_NANOS = 10_000_000;

    /** Over UDP, with room for the answering server's name. */
    private static final int LENGTH = 100;

    private final List<Callable<String>> claims = new ArrayList<>();

    /** Over TCP and UDP. */
    Reach both(Machine from, String address, int port, String expected) {
        return tcp(from, address, port, expected).udp(from, address, port, expected);
    }

    /** Expected is the name of the server that answers, or a word of {@link Dial}. */
    Reach tcp(Machine from, String address, int port, String expected) {
        return claim(from, address + " port " + port + "/tcp", expected, () -> Dial.tcpServer(from, address, port));
    }

    Reach udp(Machine from, String address, int port, String expected) {
        return claim(
                from, address + " port " + port + "/udp", expected, () -> Dial.udpServer(from, address, port, LENGTH));
    }

    private Reach claim(Machine from, String what, String expected, Callable<String> dial) {
        claims.add(() -> {
            Set<String> seen = new TreeSet<>();
            long start = System.nanoTime();
            do {
                String answer = dial.call();
                if (answer.equals(expected)) {
                    return "";
                }
                seen.add(answer);
                LockSupport.parkNanos(PAUSE_NANOS);
            } while (!expected.equals(Dial.SILENCE) && System.nanoTime() - start < PATIENCE_NANOS);
            return from.name() + " -> " + what + " saw " + seen + " instead of " + expected;
        });
        return this;
    }

    /** Fails with all that is not as expected, and with a text that explains it. */
    void verify(Callable<String> explanation) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(Math.max(1, claims.size()));
        List<String> problems = new ArrayList<>();
        try {
            for (Future<String> result : threads.invokeAll(claims)) {
                problems.add(result.get());
            }
        } finally {
            threads.shutdown();
        }
        problems.removeIf(String::isEmpty);
        claims.clear();
        if (!problems.isEmpty()) {
            assertThat(problems).as(explanation.call()).isEmpty();
        }
    }
}
