package io.ballast.daemon.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ballast.core.model.EndpointSlice;
import io.ballast.daemon.source.ModelMapper;
import io.ballast.daemon.source.Origin;
import io.ballast.daemon.testing.Recorded;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What 100 000 endpoints, in slices of ten, cost in memory. */
class ReadingAtScaleTest {
    private static final int SLICES = 10_000;
    private static final int ENDPOINTS = 10;
    private static final ObjectNode RECORDED = Recorded.read("endpointslice-kube-dns");

    @Test
    void keepsAHundredThousandEndpointsInFewBytes() throws IOException {
        ModelMapper mapper = new ModelMapper(Origin.API, problem -> {
            throw new AssertionError(problem);
        });
        List<EndpointSlice> kept = new ArrayList<>(SLICES);
        long before = usedBytes();

        ApiJson.Page page = ApiJson.readList(hugeList(), object -> kept.add(read(mapper, object)));

        long bytes = usedBytes() - before;
        assertThat(page.resourceVersion()).isEqualTo("7");
        assertThat(kept).hasSize(SLICES).allMatch(slice -> slice.endpoints().size() == ENDPOINTS);
        assertThat(bytes / (SLICES * ENDPOINTS)).as("bytes an endpoint").isLessThan(250);
    }

    private static EndpointSlice read(ModelMapper mapper, JsonNode object) {
        assertThat(object.path("metadata").has("managedFields")).isFalse();
        return mapper.endpointSlice(object).orElseThrow();
    }

    /** Some 40 MB, made as they are read. */
    private static InputStream hugeList() {
        AtomicInteger next = new AtomicInteger(-1);
        return new SequenceInputStream(new Enumeration<>() {
            @Override
            public boolean hasMoreElements() {
                return next.get() <= SLICES;
            }

            @Override
            public InputStream nextElement() {
                int i = next.getAndIncrement();
                String text = i < 0
                        ? "{\"kind\":\"EndpointSliceList\",\"items\":["
                        : i < SLICES ? (i == 0 ? "" : ",") + slice(i) : "],\"metadata\":{\"resourceVersion\":\"7\"}}";
                return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
            }
        });
    }

    private static ObjectNode slice(int i) {
        ObjectNode slice = RECORDED.deepCopy();
        slice.withObject("/metadata").put("name", "slice-" + i).put("namespace", "namespace-" + i % 100);
        ObjectNode endpoint = (ObjectNode) slice.path("endpoints").path(0);
        ArrayNode endpoints = slice.putArray("endpoints");
        for (int j = 0; j < ENDPOINTS; j++) {
            ObjectNode copy = endpoint.deepCopy();
            copy.put("nodeName", "node-" + (i + j) % 500)
                    .putArray("addresses")
                    .add("10." + i / 256 + "." + i % 256 + "." + j);
            endpoints.add(copy);
        }
        return slice;
    }

    private static long usedBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
