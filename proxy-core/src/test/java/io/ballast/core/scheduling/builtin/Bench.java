package io.ballast.core.scheduling.builtin;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Protocol;
import io.ballast.core.model.ServicePortName;
import io.ballast.core.scheduling.Candidate;
import io.ballast.core.scheduling.PickRequest;
import io.ballast.core.scheduling.Scheduler;
import io.ballast.core.scheduling.SchedulerProvider;
import io.ballast.core.scheduling.SchedulerRegistry;
import io.ballast.core.scheduling.SchedulingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One scheduler with its endpoints, treated as a load balancer would: counts, tells, rebuilds. */
final class Bench {
    private static final Frontend FRONTEND = new Frontend(Protocol.TCP, IpAddress.parse("10.96.0.1"), 80);
    private static final ServicePortName NAME =
            new ServicePortName(new NamespacedName("default", "web"), "", Protocol.TCP);

    private Scheduler scheduler;
    private List<FakeCandidate> candidates;

    private Bench(SchedulerProvider provider, SchedulingContext context, List<FakeCandidate> candidates) {
        this.candidates = candidates;
        this.scheduler = provider.create(context, List.copyOf(candidates));
    }

    /** A bench of the built-in scheduler of this name; endpoints are numbered from 0. */
    static Bench of(String scheduler, int... weights) {
        return of(provider(scheduler), 0, weights);
    }

    static Bench of(SchedulerProvider provider, long seed, int... weights) {
        return new Bench(provider, context(seed), candidates(weights));
    }

    static SchedulerProvider provider(String name) {
        return SchedulerRegistry.load(Bench.class.getClassLoader()).provider(name);
    }

    static SchedulingContext context(long seed) {
        return new SchedulingContext(NAME, IpFamily.IPV4, seed, new SplittableRandom(42));
    }

    static List<FakeCandidate> candidates(int... weights) {
        TreeMap<Integer, Integer> byNumber = new TreeMap<>();
        for (int i = 0; i < weights.length; i++) {
            byNumber.put(i, weights[i]);
        }
        return candidates(byNumber);
    }

    private static List<FakeCandidate> candidates(SortedMap<Integer, Integer> weightByNumber) {
        List<FakeCandidate> candidates = new ArrayList<>();
        weightByNumber.forEach((number, weight) ->
                candidates.add(new FakeCandidate(FakeCandidate.address(number), weight, candidates.size())));
        return candidates;
    }

    static PickRequest request(int client, AddressPort... tried) {
        return new PickRequest(new AddressPort(IpAddress.ofIpv4(client), 40_000), FRONTEND, Set.of(tried));
    }

    List<FakeCandidate> candidates() {
        return candidates;
    }

    Scheduler scheduler() {
        return scheduler;
    }

    /** New weights by endpoint number; whoever is missing leaves, whoever stays keeps load and limit. */
    void update(SortedMap<Integer, Integer> weightByNumber) {
        List<FakeCandidate> next = candidates(weightByNumber);
        for (FakeCandidate candidate : next) {
            for (FakeCandidate before : candidates) {
                if (before.address().equals(candidate.address())) {
                    candidate.active = before.active;
                    candidate.limit = before.limit;
                }
            }
        }
        candidates = next;
        scheduler = scheduler.rebuilt(List.copyOf(next));
    }

    /** Picks and counts. */
    @Nullable
    FakeCandidate pick(PickRequest request) {
        Candidate picked = scheduler.pick(request);
        if (picked == null) {
            return null;
        }
        FakeCandidate candidate = candidates.get(picked.index());
        load(candidate, candidate.active + 1);
        return candidate;
    }

    void load(FakeCandidate candidate, int active) {
        candidate.active = active;
        if (scheduler.isSerialized()) {
            scheduler.loadChanged(candidate);
        }
    }

    /** The numbers of the next picks, -1 for none. Connections stay open when {@code hold}. */
    List<Integer> picks(int count, boolean hold) {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            FakeCandidate picked = pick(request(i));
            numbers.add(picked == null ? -1 : number(picked));
            if (picked != null && !hold) {
                load(picked, picked.active - 1);
            }
        }
        return numbers;
    }

    static int number(Candidate candidate) {
        return candidate.address().address().ipv4Bits() & 0xffffff;
    }
}
