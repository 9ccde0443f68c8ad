package io.ballast.daemon.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ballast.daemon.testing.Recorded;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Recorded objects, damaged at random: the mapper may complain, never throw. */
class ModelMapperFuzzTest {
    private static final int ROUNDS = 40_000;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final List<JsonNode> ODDITIES = List.of(
            NODES.nullNode(),
            NODES.missingNode(),
            NODES.numberNode(-1),
            NODES.numberNode(Long.MAX_VALUE),
            NODES.numberNode(1e300),
            NODES.numberNode(new BigInteger("9".repeat(60))),
            NODES.booleanNode(true),
            NODES.textNode(""),
            NODES.textNode("None"),
            NODES.textNode("\u0000\uffff"),
            NODES.textNode("x".repeat(5000)),
            NODES.textNode("::ffff:127.0.0.1"),
            NODES.objectNode(),
            NODES.arrayNode(),
            NODES.arrayNode().add(NODES.nullNode()).add(NODES.arrayNode()),
            NODES.objectNode().putNull(""));

    @Test
    void neverThrows() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        AtomicInteger told = new AtomicInteger();
        List<JsonNode> originals = Recorded.ALL.stream()
                .map(name -> (JsonNode) Recorded.read(name))
                .toList();
        for (int round = 0; round < ROUNDS; round++) {
            JsonNode object = originals.get(random.nextInt(originals.size())).deepCopy();
            for (int damage = random.nextInt(4); damage >= 0; damage--) {
                object = damaged(object, random);
            }
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

    /** One place of the tree, chosen at random, is replaced, removed or doubled. */
    private static JsonNode damaged(JsonNode tree, Random random) {
        List<JsonNode> containers = new ArrayList<>();
        collect(tree, containers);
        if (containers.isEmpty() || random.nextInt(200) == 0) {
            return oddity(random);
        }
        JsonNode place = containers.get(random.nextInt(containers.size()));
        if (place instanceof ObjectNode object && !object.isEmpty()) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            String name = names.get(random.nextInt(names.size()));
            if (random.nextInt(4) == 0) {
                object.remove(name);
            } else {
                object.set(name, oddity(random));
            }
        } else if (place instanceof ArrayNode array && !array.isEmpty()) {
            int index = random.nextInt(array.size());
            if (random.nextInt(3) == 0) {
                array.add(array.get(index).deepCopy());
            } else {
                array.set(index, oddity(random));
            }
        }
        return tree;
    }

    private static void collect(JsonNode tree, List<JsonNode> containers) {
        if (tree.isContainerNode()) {
            containers.add(tree);
            tree.forEach(child -> collect(child, containers));
        }
    }

    private static JsonNode oddity(Random random) {
        return ODDITIES.get(random.nextInt(ODDITIES.size())).deepCopy();
    }
}
