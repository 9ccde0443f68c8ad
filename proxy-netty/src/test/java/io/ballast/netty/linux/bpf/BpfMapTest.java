package io.ballast.netty.linux.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.ballast.core.testing.RequiresKernel;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.linux.Descriptor;
import io.ballast.netty.linux.Errno;
import io.ballast.netty.linux.SystemCallException;
import io.ballast.netty.linux.SystemCalls;
import io.ballast.netty.linux.bpf.BpfMap.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@RequiresRoot
@RequiresKernel("5.9")
class BpfMapTest {

    private static final int F_DUPFD_CLOEXEC = 1030;

    private final BpfMap<Integer, Long> map = BpfMap.create(shape(BpfMapType.HASH, 20_000));

    @AfterEach
    void close() {
        map.close();
    }

    @Test
    void keepsWhatIsPut() {
        map.put(1, 10L);
        map.put(2, 20L);
        map.put(1, 11L);

        assertThat(map.get(1)).contains(11L);
        assertThat(map.elements()).isEqualTo(Map.of(1, 11L, 2, 20L));
    }

    @Test
    void saysWhetherARemovedElementWasThere() {
        map.put(1, 10L);

        assertThat(map.remove(1)).isTrue();
        assertThat(map.remove(1)).isFalse();
        assertThat(map.get(1)).isEmpty();
    }

    @Test
    void putsAndRemovesManyAtOnce() {
        Map<Integer, Long> many = numbered(10_000);

        map.putAll(many);
        assertThat(map.elements()).isEqualTo(many);

        map.removeAll(many.keySet());
        assertThat(map.elements()).isEmpty();
    }

    /** A start over the map of another process reads all of it: two system calls an element are seconds. */
    @Test
    void readsManyAtOnce() {
        Map<Integer, Long> many = numbered(10_000);
        map.putAll(many);

        Map<Integer, Long> read = new HashMap<>();
        assertThat(BpfMapBatch.read(map, read)).isTrue();
        assertThat(read).isEqualTo(many);
    }

    @Test
    void readsAnEmptyMap() {
        assertThat(map.elements()).isEmpty();
    }

    @Test
    void passesOverMissingKeysInARemovalOfMany() {
        map.putAll(numbered(10));

        map.removeAll(List.of(77, 0, 1, 78, 79, 2, 80));

        assertThat(map.elements()).containsOnlyKeys(3, 4, 5, 6, 7, 8, 9);
    }

    @Test
    void doesNothingWithNothing() {
        map.putAll(Map.of());
        map.removeAll(List.of());

        assertThat(map.elements()).isEmpty();
    }

    @Test
    void fallsBackToSingleElementsWhereTheKernelHasNoBatches() {
        // Socket maps know no batches: the kernel answers ENOTSUPP, and the single update its own error.
        try (BpfMap<Integer, Long> sockets = BpfMap.create(shape(BpfMapType.SOCKMAP, 4))) {
            assertThatExceptionOfType(SystemCallException.class)
                    .isThrownBy(() -> sockets.putAll(Map.of(1, Long.valueOf(map.fd()))))
                    .withMessageContaining("put 1 into eBPF map numbers")
                    .matches(e -> e.errno() == Errno.ENOTSOCK);
            sockets.removeAll(List.of(2));
        }
    }

    @Test
    void namesTheMapThatIsFull() {
        try (BpfMap<Integer, Long> small = BpfMap.create(shape(BpfMapType.HASH, 2))) {
            assertThatExceptionOfType(SystemCallException.class)
                    .isThrownBy(() -> small.putAll(numbered(3)))
                    .withMessageContaining("put 3 elements into eBPF map numbers")
                    .withMessageContaining("failed at 2")
                    .matches(e -> e.errno() == Errno.E2BIG);
        }
    }

    @Test
    void isOfNoUseOnceClosed() {
        map.close();

        assertThatIllegalStateException().isThrownBy(() -> map.get(1)).withMessageContaining("closed");
    }

    @Test
    void adoptsWhatHasItsShape() {
        map.put(1, 10L);

        try (BpfMap<Integer, Long> adopted =
                BpfMap.adopt(copy(), shape(BpfMapType.HASH, 20_000)).orElseThrow()) {
            assertThat(adopted.get(1)).contains(10L);
        }
    }

    @Test
    void closesWhatHasAnotherShape() {
        Descriptor one = copy();
        Descriptor two = copy();

        assertThat(BpfMap.adopt(one, shape(BpfMapType.HASH, 19_999))).isEmpty();
        assertThat(BpfMap.adopt(two, shape(BpfMapType.ARRAY, 20_000))).isEmpty();
        assertThat(one.isOpen() || two.isOpen()).isFalse();
    }

    private static Shape<Integer, Long> shape(BpfMapType type, int limit) {
        return new Shape<>(type, "numbers", limit, BpfCodec.U32, BpfCodec.U64);
    }

    private static Map<Integer, Long> numbered(int count) {
        return IntStream.range(0, count).boxed().collect(Collectors.toMap(Function.identity(), key -> key * 10L));
    }

    private Descriptor copy() {
        return Descriptor.owning(SystemCalls.libc().fcntl(map.fd(), F_DUPFD_CLOEXEC, 0), "copy");
    }
}
