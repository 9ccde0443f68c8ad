package io.ballast.daemon.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.ballast.daemon.testing.Damage;
import io.ballast.daemon.testing.Recorded;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Recorded objects, damaged at random: the mapper may complain, never throw. */
class ModelMapperFuzzTest {
    private static final int ROUNDS = 40_000;

    @Test
    void neverThrows() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        AtomicInteger told = new AtomicInteger();
        List<JsonNode> originals = Recorded.ALL.stream()
                .map(name -> (JsonNode) Recorded.read(name))
                .toList();
        for (int round = 0; round < ROUNDS; round++) {
            JsonNode object = Damage.copy(originals.get(random.nextInt(originals.size())), random);
            Origin origin = Origin.values()[random.nextInt(2)];
            ModelMapper mapper = new ModelMapper(origin, problem -> {
                assertThat(problem.message()).isNotBlank();
                told.incrementAndGet();
            });
            try {
                mapper.service(object);
                mapper.endpointSlice(object);
                mapper.node(object);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", object " + object, e);
            }
        }
        assertThat(told).hasPositiveValue();
    }
}
