package io.ballast.core.scheduling;

import static io.ballast.core.scheduling.Balanced.client;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.IpFamily;
import io.ballast.core.testing.ManualClock;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GuardedSchedulerTest {
    private final List<Candidate> candidates = List.of(candidate(0, 0, 1), candidate(1, 1, 1), candidate(2, 1, 0));
    private int asked;

    private static Candidate candidate(int index, int weight, int limit) {
        return new ListedEndpoint(
                Balanced.endpoint(index, weight), index, limit, new EndpointLoad(Balanced.address(index)));
    }

    private Scheduler guarded(BiFunction<List<Candidate>, PickRequest, @Nullable Candidate> pick) {
        SchedulerProvider plugin = new SchedulerProvider() {
            @Override
            public String name() {
                return "plugin";
            }

            @Override
            public Scheduler create(SchedulingContext context, List<Candidate> given) {
                return new PluginScheduler(given, pick);
            }
        };
        SchedulerProvider fallback =
                SchedulerRegistry.load(getClass().getClassLoader()).provider(SchedulerRegistry.DEFAULT);
        SchedulingContext context = SchedulingContext.of(
                new Balanced(Balanced.factory(new AffinityTable(1, new ManualClock())))
                        .servicePort()
                        .name(),
                IpFamily.IPV4,
                "node-1");
        return new GuardedProvider(plugin, fallback).create(context, candidates);
    }

    private @Nullable Candidate pick(Scheduler scheduler) {
        return scheduler.pick(new PickRequest(client(1), Balanced.CLUSTER_IP, Set.of(Balanced.address(2))));
    }

    @Test
    void passesOnWhatIsLegal() {
        assertThat(pick(guarded((list, request) -> list.get(1)))).isEqualTo(candidates.get(1));
        assertThat(pick(guarded((list, request) -> null))).isNull();
    }

    @Test
    void fallsBackForGoodAfterAnException() {
        Scheduler scheduler = guarded((list, request) -> {
            throw new IllegalStateException("plugin fails");
        });
        assertThat(pick(scheduler)).isEqualTo(candidates.get(1));
        assertThat(pick(scheduler)).isEqualTo(candidates.get(1));
        assertThat(asked).isOne();
        assertThat(pick(scheduler.rebuilt(candidates))).isEqualTo(candidates.get(1));
        assertThat(asked).isEqualTo(2);
    }

    @Test
    void fallsBackWhenThePickIsNotAllowed() {
        assertThat(pick(guarded((list, request) -> list.get(0)))).isEqualTo(candidates.get(1));
        assertThat(pick(guarded((list, request) -> list.get(2)))).isEqualTo(candidates.get(1));
        assertThat(pick(guarded((list, request) -> candidate(1, 1, 1)))).isEqualTo(candidates.get(1));
        assertThat(pick(guarded((list, request) -> candidate(7, 1, 1)))).isEqualTo(candidates.get(1));
    }

    @Test
    void neverReturnsAFullOne() {
        ((ListedEndpoint) candidates.get(1)).reserve();
        assertThat(pick(guarded((list, request) -> list.get(1)))).isNull();
    }

    private final class PluginScheduler implements Scheduler {
        private final List<Candidate> list;
        private final BiFunction<List<Candidate>, PickRequest, @Nullable Candidate> pick;

        PluginScheduler(List<Candidate> list, BiFunction<List<Candidate>, PickRequest, @Nullable Candidate> pick) {
            this.list = list;
            this.pick = pick;
        }

        @Override
        public @Nullable Candidate pick(PickRequest request) {
            asked++;
            return pick.apply(list, request);
        }

        @Override
        public Scheduler rebuilt(List<Candidate> next) {
            return new PluginScheduler(next, pick);
        }
    }
}
