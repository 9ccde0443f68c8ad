package io.ballast.daemon.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestReaderTest {
    private static List<JsonNode> yaml(String text) throws ManifestException {
        return ManifestReader.parse(text, false).stream()
                .map(ManifestDocument::object)
                .toList();
    }

    @Test
    void readsManyDocumentsWithTheirLines() throws ManifestException {
        assertThat(ManifestReader.parse("""
                        # a comment
                        kind: Service
                        metadata: {name: a}
                        ---
                        ---
                        kind: Service
                        metadata:
                          name: b
                        """, false))
                .extracting(document ->
                        document.object().path("metadata").path("name").asText() + document.line())
                .containsExactly("a2", "b6");
    }

    @Test
    void takesListsApart() throws ManifestException {
        assertThat(yaml("""
                        apiVersion: v1
                        kind: List
                        items:
                        - kind: Service
                        - kind: List
                          items: [{kind: Node}]
                        ---
                        kind: EndpointSliceList
                        items:
                        - metadata: {name: a}
                        """))
                .extracting(object -> object.path("kind").asText())
                .containsExactly("Service", "Node", "EndpointSlice");
    }

    @Test
    void readsJsonWithTabsAndSeveralObjects() throws ManifestException {
        assertThat(ManifestReader.parse("{\n\t\"kind\": \"Service\"}\n{\"kind\":\"Node\"}", true))
                .extracting(document -> document.object().path("kind").asText() + document.line())
                .containsExactly("Service1", "Node3");
        assertThat(yaml("{\n\t\"kind\": \"Service\"}")).hasSize(1);
    }

    @Test
    void readsYamlThatBeginsWithABrace() throws ManifestException {
        assertThat(yaml("{kind: Service, spec: {ports: [{port: 80}]}}"))
                .singleElement()
                .satisfies(object ->
                        assertThat(object.at("/spec/ports/0/port").intValue()).isEqualTo(80));
    }

    @Test
    void givesScalarsTheirTypes() throws ManifestException {
        JsonNode object = yaml("""
                        integer: 80
                        hex: 0x10
                        text: "80"
                        flag: yes
                        nothing: ~
                        fraction: 1.5
                        date: 2026-01-01
                        time: 12:30:45
                        infinite: .inf
                        address: 10.0.0.1
                        v6: fd00::1
                        """).get(0);
        assertThat(object.toString())
                .isEqualTo("{\"integer\":80,\"hex\":16,\"text\":\"80\",\"flag\":true,\"nothing\":null,\"fraction\":1.5,"
                        + "\"date\":\"2026-01-01\",\"time\":\"12:30:45\",\"infinite\":\".inf\","
                        + "\"address\":\"10.0.0.1\",\"v6\":\"fd00::1\"}");
    }

    @Test
    void resolvesAnchorsAndMerges() throws ManifestException {
        JsonNode object = yaml("""
                        base: &base {port: 80, protocol: TCP}
                        same: *base
                        more: {<<: *base, port: 81}
                        """).get(0);
        assertThat(object.path("same").path("port").intValue()).isEqualTo(80);
        assertThat(object.path("more").toString()).isEqualTo("{\"port\":81,\"protocol\":\"TCP\"}");
    }

    @Test
    void survivesAnchorsThatMultiply() throws ManifestException {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 24; i++) {
            bomb.append("a")
                    .append(i)
                    .append(": &a")
                    .append(i)
                    .append(" [*a")
                    .append(i - 1)
                    .append(", *a")
                    .append(i - 1)
                    .append("]\n");
        }
        assertThat(yaml(bomb.toString())).hasSize(1);
    }

    @Test
    void refusesAnAnchorThatContainsItself() {
        assertThatThrownBy(() -> yaml("a: &a\n  b: *a\n")).isInstanceOf(ManifestException.class);
    }

    @Test
    void namesLineAndRemedyOfBrokenText() {
        ManifestException yaml =
                catchThrowableOfType(ManifestException.class, () -> yaml("kind: Service\nspec:\n  ports: [\n"));
        assertThat(yaml.line()).isBetween(3, 4);
        assertThat(yaml.getMessage()).startsWith("not YAML");
        assertThat(yaml.remedy()).isNotBlank();
        ManifestException json = catchThrowableOfType(
                ManifestException.class, () -> ManifestReader.parse("{\n\"kind\": \"Service\",\n\"spec\" 1}", true));
        assertThat(json.line()).isEqualTo(3);
        assertThat(json.getMessage()).startsWith("not JSON");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a: 1\na: 2\n", "{\"a\":1,\"a\":2}"})
    void refusesAFieldThatOccursTwice(String text) {
        assertThatThrownBy(() -> ManifestReader.parse(text, text.startsWith("{")))
                .isInstanceOf(ManifestException.class)
                .hasMessageContaining("a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"just text", "- a\n- b\n", "42", "%", "\u0000", "a: b: c", "\tkind: x", "? [a]\n: b\n"})
    void refusesWhatIsNoObject(String text) {
        assertThatThrownBy(() -> yaml(text)).isInstanceOf(ManifestException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "# nothing\n", "---\n---\n", "null"})
    void readsNothingFromNothing(String text) throws ManifestException {
        assertThat(yaml(text)).isEmpty();
    }
}
