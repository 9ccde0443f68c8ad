package io.ballast.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.CloseReason;
import io.ballast.core.model.ConnectFailure;
import io.ballast.core.model.RefuseReason;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/metrics.md} and {@link MetricNames} say the same. */
class MetricsDocumentTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "metrics.md");

    @Test
    void everyFamilyIsDocumentedWithItsType() throws IOException, IllegalAccessException {
        String document = Files.readString(DOCUMENT);
        for (MetricFamily family : families()) {
            String type = family.type().label();
            assertThat(document)
                    .as(family.name())
                    .containsPattern("`" + family.name() + "`( \\| " + type + " \\||\\s\\(" + type + "\\))");
        }
    }

    private static List<MetricFamily> families() throws IllegalAccessException {
        List<MetricFamily> families = new ArrayList<>();
        for (Field field : MetricNames.class.getDeclaredFields()) {
            if (field.getType() == MetricFamily.class) {
                families.add((MetricFamily) field.get(null));
            }
        }
        assertThat(families).hasSizeGreaterThan(30);
        return families;
    }

    @Test
    void everyReasonIsDocumented() throws IOException {
        assertThat(Files.readString(DOCUMENT))
                .contains(Stream.of(CloseReason.values())
                        .map(reason -> "`" + reason.label() + "`")
                        .toList())
                .contains(Stream.of(ConnectFailure.values())
                        .map(reason -> "`" + reason.label() + "`")
                        .toList())
                .contains(Stream.of(RefuseReason.values())
                        .map(reason -> "`" + reason.label() + "`")
                        .toList());
    }
}
