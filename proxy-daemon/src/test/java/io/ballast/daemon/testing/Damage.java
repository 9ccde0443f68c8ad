package io.ballast.daemon.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Damages objects as no API server should send them. */
public final class Damage {
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
            NODES.textNode("fe80::1%eth0"),
            NODES.textNode("10.0.0.0/33"),
            NODES.textNode("TCP"),
            NODES.numberNode(0),
            NODES.numberNode(65536),
            NODES.objectNode(),
            NODES.arrayNode(),
            NODES.arrayNode().add(NODES.nullNode()).add(NODES.arrayNode()),
            NODES.objectNode().putNull(""));

    private Damage() {}

    /** A copy with one to four places damaged. */
    public static JsonNode copy(JsonNode original, Random random) {
        JsonNode object = original.deepCopy();
        for (int damage = random.nextInt(4); damage >= 0; damage--) {
            object = damaged(object, random);
        }
        return object;
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
