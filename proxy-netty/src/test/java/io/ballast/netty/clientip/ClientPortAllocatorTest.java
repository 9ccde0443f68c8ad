package io.ballast.netty.clientip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.IpAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

class ClientPortAllocatorTest {
    private static final IpAddress CLIENT = IpAddress.parse("10.244.1.10");
    private static final AddressPort ENDPOINT = new AddressPort(IpAddress.parse("10.244.1.11"), 8080);

    private final ClientPortAllocator allocator = new ClientPortAllocator(ReservedPorts.DEFAULT);

    @Test
    void givesEveryPortOfTheRangeOnceAndThenNone() {
        Set<Integer> ports = new HashSet<>();
        for (int i = 0; i < ReservedPorts.DEFAULT.size(); i++) {
            ports.add(allocator.take(CLIENT, ENDPOINT));
        }

        assertThat(ports).hasSize(4536).allMatch(port -> port >= 61_000 && port <= 65_535);
        assertThat(allocator.take(CLIENT, ENDPOINT)).isEqualTo(ClientPortAllocator.NONE);

        allocator.give(CLIENT, ENDPOINT, 64_000);
        assertThat(allocator.take(CLIENT, ENDPOINT)).isEqualTo(64_000);
    }

    @Test
    void claimsAPortThatAnEarlierProcessGaveOut() {
        assertThat(allocator.claim(CLIENT, ENDPOINT, 62_000)).isTrue();
        assertThat(allocator.claim(CLIENT, ENDPOINT, 62_000)).isFalse();
        assertThat(allocator.claim(CLIENT, ENDPOINT, 60_999)).isFalse();

        for (int i = 1; i < ReservedPorts.DEFAULT.size(); i++) {
            assertThat(allocator.take(CLIENT, ENDPOINT)).isNotEqualTo(62_000);
        }
        allocator.give(CLIENT, ENDPOINT, 62_000);
        assertThat(allocator.take(CLIENT, ENDPOINT)).isEqualTo(62_000);
    }

    @Test
    void keepsPairsOfClientAndEndpointApart() {
        ClientPortAllocator single = new ClientPortAllocator(new ReservedPorts(61_000, 61_000));
        AddressPort otherPort = new AddressPort(ENDPOINT.address(), 8081);
        IpAddress otherClient = IpAddress.parse("2001:db8::1");

        assertThat(single.take(CLIENT, ENDPOINT)).isEqualTo(61_000);
        assertThat(single.take(CLIENT, otherPort)).isEqualTo(61_000);
        assertThat(single.take(otherClient, ENDPOINT)).isEqualTo(61_000);
        assertThat(single.take(CLIENT, ENDPOINT)).isEqualTo(ClientPortAllocator.NONE);
    }

    @Test
    void comesBackToAPortAsLateAsPossible() {
        List<Integer> first = new ArrayList<>();
        for (int i = 0; i < ReservedPorts.DEFAULT.size(); i++) {
            int port = allocator.take(CLIENT, ENDPOINT);
            allocator.give(CLIENT, ENDPOINT, port);
            first.add(port);
        }
        assertThat(first).doesNotHaveDuplicates();
    }

    @Test
    void takesTurnsBesideALongLivedConnectionToo() {
        allocator.take(CLIENT, ENDPOINT);
        Set<Integer> ports = new HashSet<>();
        for (int i = 0; i < ReservedPorts.DEFAULT.size() - 1; i++) {
            int port = allocator.take(CLIENT, ENDPOINT);
            allocator.give(CLIENT, ENDPOINT, port);
            ports.add(port);
        }
        assertThat(ports).hasSize(4535);
    }

    @Test
    void remembersNothingOfConnectionsThatEnded() {
        for (int i = 0; i < 10_000; i++) {
            AddressPort endpoint = new AddressPort(ENDPOINT.address(), 1 + i);
            allocator.give(CLIENT, endpoint, allocator.take(CLIENT, endpoint));
        }
        assertThat(allocator.pairs()).isZero();
    }

    @Test
    void objectsToAPortThatIsGivenBackTwice() {
        int port = allocator.take(CLIENT, ENDPOINT);
        int other = allocator.take(CLIENT, ENDPOINT);
        allocator.give(CLIENT, ENDPOINT, port);

        assertThatThrownBy(() -> allocator.give(CLIENT, ENDPOINT, port)).isInstanceOf(IllegalStateException.class);
        allocator.give(CLIENT, ENDPOINT, other);
        assertThatThrownBy(() -> allocator.give(CLIENT, ENDPOINT, other)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void neverGivesOutALivePortTwiceHoweverManyThreadsAsk() throws Exception {
        Set<Integer> live = ConcurrentHashMap.newKeySet();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Integer>> collisions = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                collisions.add(threads.submit((Callable<Integer>) () -> churn(live)));
            }
            for (Future<Integer> each : collisions) {
                assertThat(each.get()).isZero();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(allocator.pairs()).isZero();
    }

    /** Fifty thousand connections, up to 500 at a time; returns how many had a port that was not free. */
    private int churn(Set<Integer> live) {
        Deque<Integer> mine = new ArrayDeque<>();
        int collisions = 0;
        for (int i = 0; i < 50_000; i++) {
            int port = allocator.take(CLIENT, ENDPOINT);
            collisions += live.add(port) ? 0 : 1;
            mine.add(port);
            while (mine.size() > ThreadLocalRandom.current().nextInt(500)) {
                giveBack(live, mine.remove());
            }
        }
        mine.forEach(port -> giveBack(live, port));
        return collisions;
    }

    private void giveBack(Set<Integer> live, int port) {
        live.remove(port);
        allocator.give(CLIENT, ENDPOINT, port);
    }
}
