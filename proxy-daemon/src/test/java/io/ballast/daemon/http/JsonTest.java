package io.ballast.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
    private final StringBuilder out = new StringBuilder();
    private final Json json = new Json(out);

    @Test
    void separatesMembersAndItems() {
        json.beginObject().field("a", 1).name("b").beginArray().value("x").value(true);
        json.beginObject()
                .endObject()
                .beginArray()
                .endArray()
                .endArray()
                .field("c", "d")
                .endObject();

        assertThat(out).hasToString("{\"a\":1,\"b\":[\"x\",true,{},[]],\"c\":\"d\"}");
    }

    @Test
    void escapesWhatCouldEndAStringOrAScript() {
        json.value("\"\\\n\r\t\u0001</script>&\u2028é😀");

        assertThat(out).hasToString("\"\\\"\\\\\\n\\r\\t\\u0001\\u003c/script\\u003e\\u0026\\u2028é😀\"");
    }

    @Test
    void writesTrees() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("text", "a");
        tree.put("list", Arrays.asList(1, 2.5, null, false));
        tree.put("map", Map.of("k", List.of()));

        json.tree(tree);

        assertThat(out).hasToString("{\"text\":\"a\",\"list\":[1,2.5,null,false],\"map\":{\"k\":[]}}");
    }
}
