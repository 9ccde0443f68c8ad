package io.ballast.core.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Endpoint;
import io.ballast.core.testing.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Random histories against a map that is kept by the rules as written: a connection goes where the client's live record
 * says, whenever that endpoint is in the list in force and can take it.
 */
class AffinityPropertyTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String[] SCHEDULERS = {"rr", "lc", "mh", "random", "wrr"};

    @Test
    void connectionsGoWhereTheRecordSays() {
        for (int seed = 0; seed < 60; seed++) {
            new History(seed).run();
        }
    }

    private record Pin(AddressPort endpoint, long atMillis) {}

    private static final class History {
        private final int seed;
        private final SplittableRandom random;
        private final ManualClock ticker = new ManualClock();
        private final AffinityTable table = new AffinityTable(10_000, ticker);
        private final Balanced service = new Balanced(Balanced.factory(table));
        private final LoadBalancer balancer;
        private final Map<Integer, Pin> pins = new HashMap<>();
        private final List<Lease> open = new ArrayList<>();
        private final Map<AddressPort, Integer> active = new HashMap<>();
        private List<Endpoint> cluster = List.of();
        private List<Endpoint> local = List.of();
        private boolean affine;
        private int limit;
        private long nowMillis;

        History(int seed) {
            this.seed = seed;
            random = new SplittableRandom(seed);
            balancer = service.create();
        }

        void run() {
            for (int step = 0; step < 400; step++) {
                int dice = random.nextInt(20);
                if (step == 0 || dice == 0) {
                    update();
                } else if (dice < 3) {
                    long millis = random.nextInt(12_000);
                    nowMillis += millis;
                    ticker.advance(Duration.ofMillis(millis));
                } else if (dice < 8 && !open.isEmpty()) {
                    end(open.remove(random.nextInt(open.size())));
                } else {
                    connect(step);
                }
            }
            open.forEach(Lease::release);
            assertThat(balancer.active()).isZero();
            service.cluster().local().update(balancer);
            assertThat(table.entries()).isZero();
        }

        private void update() {
            List<Endpoint> all = new ArrayList<>();
            List<Endpoint> here = new ArrayList<>();
            for (int number = 0; number < 8; number++) {
                if (random.nextInt(3) > 0) {
                    Endpoint endpoint = Balanced.endpoint(number, random.nextInt(4) == 0 ? 0 : 1);
                    all.add(endpoint);
                    if (number < 3) {
                        here.add(endpoint);
                    }
                }
            }
            cluster = List.copyOf(all);
            local = List.copyOf(here);
            affine = random.nextInt(5) > 0;
            limit = random.nextBoolean() ? 0 : 3;
            service.scheduler(SCHEDULERS[random.nextInt(SCHEDULERS.length)])
                    .limits(0, limit)
                    .cluster(all.toArray(Endpoint[]::new))
                    .local(here.toArray(Endpoint[]::new));
            (affine ? service.affinity(TIMEOUT) : service.noAffinity()).update(balancer);
            pins.values().removeIf(pin -> !affine || !isSelectable(pin.endpoint()));
        }

        private boolean isSelectable(AddressPort address) {
            return cluster.stream().anyMatch(each -> each.address().equals(address) && each.weight() > 0);
        }

        private void connect(int step) {
            int client = random.nextInt(15);
            EndpointScope scope = random.nextBoolean() ? EndpointScope.CLUSTER : EndpointScope.LOCAL;
            Set<AddressPort> tried = new HashSet<>();
            while (random.nextInt(5) == 0) {
                tried.add(Balanced.address(random.nextInt(8)));
            }
            AddressPort wanted = wanted(client, scope, tried);
            Pick pick = balancer.acquire(scope, Balanced.client(client), Balanced.CLUSTER_IP, tried);
            String state = "history " + seed + ", step " + step + ", client " + client;
            if (pick instanceof Pick.Picked picked) {
                AddressPort got = picked.lease().endpoint().address();
                if (wanted != null) {
                    assertThat(got).as(state).isEqualTo(wanted);
                }
                taken(client, picked.lease());
            } else {
                assertThat(wanted).as(state).isNull();
            }
            assertThat(table.entries()).as(state).isGreaterThanOrEqualTo(livePins());
        }

        private @Nullable AddressPort wanted(int client, EndpointScope scope, Set<AddressPort> tried) {
            Pin pin = pins.get(client);
            if (pin == null || nowMillis - pin.atMillis() >= TIMEOUT.toMillis()) {
                return null;
            }
            List<Endpoint> list = scope == EndpointScope.CLUSTER ? cluster : local;
            boolean usable = list.stream().anyMatch(each -> each.address().equals(pin.endpoint()) && each.weight() > 0)
                    && !tried.contains(pin.endpoint())
                    && (limit == 0 || active.getOrDefault(pin.endpoint(), 0) < limit);
            return usable ? pin.endpoint() : null;
        }

        private void taken(int client, Lease lease) {
            AddressPort address = lease.endpoint().address();
            active.merge(address, 1, Integer::sum);
            if (affine) {
                pins.put(client, new Pin(address, nowMillis));
            }
            if (random.nextInt(10) == 0) {
                lease.connectFailed();
                pins.remove(client);
                end(lease);
            } else {
                open.add(lease);
            }
        }

        private void end(Lease lease) {
            lease.release();
            active.merge(lease.endpoint().address(), -1, Integer::sum);
        }

        private int livePins() {
            return (int) pins.values().stream()
                    .filter(pin -> nowMillis - pin.atMillis() < TIMEOUT.toMillis())
                    .count();
        }
    }
}
