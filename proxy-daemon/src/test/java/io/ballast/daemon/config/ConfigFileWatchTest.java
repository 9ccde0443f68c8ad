package io.ballast.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileWatchTest {
    private static final Duration NEVER = Duration.ofHours(1);
    private static final Duration OFTEN = Duration.ofMillis(5);

    private final CountDownLatch changed = new CountDownLatch(1);
    private final AtomicInteger calls = new AtomicInteger();

    @TempDir
    Path directory;

    private Path file = Path.of("unset");

    @BeforeEach
    void write() throws Exception {
        file = Files.writeString(directory.resolve("config.conf"), "mode: ipvs");
    }

    private ConfigFileWatch watch(Duration interval) throws Exception {
        return ConfigFileWatch.start(file, interval, () -> {
            calls.incrementAndGet();
            changed.countDown();
        });
    }

    private void awaitChange() throws InterruptedException {
        assertThat(changed.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void noticesAWriteAtOnce() throws Exception {
        try (ConfigFileWatch watch = watch(NEVER)) {
            Files.writeString(file, "mode: nftables");
            awaitChange();
            assertThat(watch).isNotNull();
        }
    }

    @Test
    void noticesAReplacedFile() throws Exception {
        try (ConfigFileWatch watch = watch(NEVER)) {
            Path other = Files.writeString(directory.resolve("other"), "mode: nftables");
            Files.move(other, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            awaitChange();
            assertThat(watch).isNotNull();
        }
    }

    /** The layout of a ConfigMap volume: config.conf -> ..data/config.conf, ..data -> a directory with a date. */
    @Test
    void noticesTheSwapOfAConfigMap() throws Exception {
        Files.delete(file);
        Path before = Files.createDirectory(directory.resolve("..2026_1"));
        Path after = Files.createDirectory(directory.resolve("..2026_2"));
        Files.writeString(before.resolve("config.conf"), "mode: ipvs");
        Files.writeString(after.resolve("config.conf"), "mode: nftables");
        Files.createSymbolicLink(directory.resolve("..data"), Path.of("..2026_1"));
        Files.createSymbolicLink(file, Path.of("..data/config.conf"));
        try (ConfigFileWatch watch = watch(NEVER)) {
            Path link = Files.createSymbolicLink(directory.resolve("..data_tmp"), Path.of("..2026_2"));
            Files.move(link, directory.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
            awaitChange();
            assertThat(watch).isNotNull();
        }
    }

    @Test
    void noticesAChangeBehindALinkThatSendsNoEvents(@TempDir Path elsewhere) throws Exception {
        Path target = Files.writeString(elsewhere.resolve("real"), "mode: ipvs");
        Files.delete(file);
        Files.createSymbolicLink(file, target);
        try (ConfigFileWatch watch = watch(OFTEN)) {
            Files.writeString(target, "mode: nftables");
            awaitChange();
            assertThat(watch).isNotNull();
        }
    }

    @Test
    void ignoresARemovedFileAndOneWrittenAnewWithTheSameContent() throws Exception {
        try (ConfigFileWatch watch = watch(NEVER)) {
            Files.delete(file);
            Files.writeString(directory.resolve("unrelated"), "x");
            Path same = Files.writeString(directory.resolve("same"), "mode: ipvs");
            Files.move(same, file, StandardCopyOption.ATOMIC_MOVE);
            assertThat(calls).hasValue(0);
            Path other = Files.writeString(directory.resolve("other"), "mode: nftables");
            Files.move(other, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            awaitChange();
            assertThat(watch).isNotNull();
        }
        assertThat(calls).hasValue(1);
    }
}
