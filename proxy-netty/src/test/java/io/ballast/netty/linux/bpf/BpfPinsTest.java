package io.ballast.netty.linux.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.ballast.core.testing.RequiresKernel;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.linux.Descriptor;
import io.ballast.netty.linux.bpf.BpfMap.Shape;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RequiresRoot
@RequiresKernel("5.9")
class BpfPinsTest {

    private static final Shape<Integer, Long> SHAPE =
            new Shape<>(BpfMapType.HASH, "numbers", 10, BpfCodec.U32, BpfCodec.U64);

    private BpfFileSystem fileSystem;
    private BpfPins pins;

    @BeforeEach
    void mount(@TempDir Path directory) {
        fileSystem = BpfFileSystem.mount(directory);
        pins = new BpfPins(fileSystem.root().resolve("ballast"));
    }

    @AfterEach
    void unmount() {
        fileSystem.close();
    }

    @Test
    void keepsAMapWithoutADescriptor() {
        pin(5L);

        try (BpfMap<Integer, Long> found = found()) {
            assertThat(found.get(1)).contains(5L);
        }
    }

    @Test
    void letsAnEarlierPinOfTheNameGo() {
        pin(5L);
        pin(6L);

        try (BpfMap<Integer, Long> found = found()) {
            assertThat(found.get(1)).contains(6L);
        }
    }

    @Test
    void findsNothingWhereNothingIsPinned() {
        assertThat(pins.open("map")).isEmpty();
    }

    @Test
    void clearsTheDirectory() {
        pin(5L);

        pins.clear("map");
        pins.clear("map");

        assertThat(pins.directory()).doesNotExist();
    }

    @Test
    void saysThatTheFileSystemIsOfAnotherKind(@TempDir Path elsewhere) {
        try (BpfMap<Integer, Long> map = BpfMap.create(SHAPE)) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> new BpfPins(elsewhere.resolve("deep/er")).pin(map.fd(), "map"))
                    .withMessageContaining("not on a mounted bpf file system");
        }
        assertThat(elsewhere).isEmptyDirectory();
    }

    private void pin(long value) {
        try (BpfMap<Integer, Long> map = BpfMap.create(SHAPE)) {
            map.put(1, value);
            pins.pin(map.fd(), "map");
        }
    }

    private BpfMap<Integer, Long> found() {
        Descriptor descriptor = pins.open("map").orElseThrow();
        return BpfMap.adopt(descriptor, SHAPE).orElseThrow();
    }
}
