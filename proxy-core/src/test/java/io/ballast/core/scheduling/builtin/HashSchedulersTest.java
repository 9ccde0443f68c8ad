package io.ballast.core.scheduling.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.Protocol;
import io.ballast.core.scheduling.PickRequest;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HashSchedulersTest {
    private static final IpAddress CLIENT = IpAddress.parse("2001:db8::1");
    private static final IpAddress VIP = IpAddress.parse("2001:db8:96::1");

    private static PickRequest request(IpAddress client, int clientPort, IpAddress frontend, int port) {
        return new PickRequest(
                new AddressPort(client, clientPort), new Frontend(Protocol.TCP, frontend, port), Set.of());
    }

    private static int endpointsUsed(String scheduler, IntFunction<PickRequest> requests) {
        Bench bench = Bench.of(scheduler, 1, 1, 1, 1, 1);
        Set<Integer> used = new HashSet<>();
        for (int i = 0; i < 300; i++) {
            used.add(Objects.requireNonNull(bench.scheduler().pick(requests.apply(i)))
                    .index());
        }
        return used.size();
    }

    private static IpAddress numbered(IpAddress base, int number) {
        return IpAddress.of(base.high(), base.low() + number);
    }

    @Test
    void sourceHashSeesTheClientsAddressOnly() {
        assertThat(endpointsUsed("sh", i -> request(CLIENT, 1024 + i, numbered(VIP, i), i + 1)))
                .isOne();
        assertThat(endpointsUsed("sh", i -> request(numbered(CLIENT, i), 1024, VIP, 80)))
                .isEqualTo(5);
    }

    @Test
    void destinationHashSeesTheFrontendsAddressOnly() {
        assertThat(endpointsUsed("dh", i -> request(numbered(CLIENT, i), 1024 + i, VIP, i + 1)))
                .isOne();
        assertThat(endpointsUsed("dh", i -> request(CLIENT, 1024, numbered(VIP, i), 80)))
                .isEqualTo(5);
    }

    @Test
    void maglevHashSeesTheClientsAddressAndPort() {
        assertThat(endpointsUsed("mh", i -> request(CLIENT, 1024, numbered(VIP, i), i + 1)))
                .isOne();
        assertThat(endpointsUsed("mh", i -> request(CLIENT, 1024 + i, VIP, 80))).isEqualTo(5);
        assertThat(endpointsUsed("mh", i -> request(numbered(CLIENT, i), 1024, VIP, 80)))
                .isEqualTo(5);
    }

    @Test
    void maglevHashCannotTellWithoutThePort() {
        assertThat(Bench.of("mh", 1, 1)
                        .scheduler()
                        .preview(request(CLIENT, 0, VIP, 80))
                        .candidate())
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sh", "mh"})
    void onlyAffectedClientsMoveThroughUpdatesOfATableInUse(String scheduler) {
        Bench bench = Bench.of(scheduler, 1, 1, 1, 1);
        int[] before = picks(bench);
        bench.update(new TreeMap<>(Map.of(0, 1, 1, 1, 2, 0, 3, 1)));
        int[] drained = picks(bench);
        bench.update(new TreeMap<>(Map.of(0, 1, 1, 1, 3, 1)));
        assertThat(picks(bench)).isEqualTo(drained);
        for (int client = 0; client < before.length; client++) {
            assertThat(drained[client]).isNotEqualTo(2);
            if (before[client] != 2) {
                assertThat(drained[client]).isEqualTo(before[client]);
            }
        }
        bench.update(new TreeMap<>(Map.of(0, 1, 1, 1, 2, 1, 3, 1)));
        assertThat(picks(bench)).isEqualTo(before);
    }

    private static int[] picks(Bench bench) {
        int[] picks = new int[500];
        for (int client = 0; client < picks.length; client++) {
            picks[client] =
                    Bench.number(Objects.requireNonNull(bench.scheduler().pick(Bench.request(client))));
        }
        return picks;
    }
}
