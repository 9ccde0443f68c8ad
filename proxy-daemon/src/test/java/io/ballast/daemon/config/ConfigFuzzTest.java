package io.ballast.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kubeadm's file, damaged at random: it loads, or is refused with a reason that names the file. */
class ConfigFuzzTest {
    private static final int ROUNDS = 1_000;
    private static final List<String> ODDITIES = List.of(
            "",
            "null",
            "~",
            "0",
            "-1",
            "99999999999999999999",
            "0x",
            "1e999",
            ".nan",
            "true",
            "'true'",
            "[]",
            "[[]]",
            "{}",
            "{a: [b, {c: d}]}",
            "[1, null, a]",
            "\"\\0\"",
            "'::'",
            "1h",
            "-5s",
            "!!binary AA==",
            "!!set {a}",
            "&a [*a]",
            "*a",
            "|\n  text",
            "2026-11-20",
            "0b2",
            "1_0",
            "1:30",
            "\t",
            "- a",
            "%TAG",
            "---",
            "? a",
            "@a");

    @TempDir
    Path directory;

    @Test
    void loadsOrTellsWhyNot() throws Exception {
        List<String> original;
        try (InputStream resource =
                Objects.requireNonNull(ConfigFuzzTest.class.getResourceAsStream("kubeadm-config.conf"))) {
            String both = new String(resource.readAllBytes(), StandardCharsets.UTF_8)
                    + ConfigFixture.ballast("connectAttempts: 3\nmark: 0x10\nsourceDir: /tmp\nconnectTimeout: 1s");
            original = both.lines().toList();
        }
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            String text = damaged(original, random);
            try {
                ConfigFixture.loadFile(directory, text);
            } catch (InvalidConfigException e) {
                assertThat(e.problems()).isNotEmpty().allSatisfy(problem -> assertThat(problem)
                        .hasSizeLessThan(2000));
                refused++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", round " + round + ":\n" + text, e);
            }
        }
        assertThat(refused).isBetween(ROUNDS / 10, ROUNDS);
    }

    private static String damaged(List<String> original, Random random) {
        List<String> lines = new ArrayList<>(original);
        for (int damage = random.nextInt(3); damage >= 0; damage--) {
            int at = random.nextInt(lines.size());
            String line = lines.get(at);
            String oddity = ODDITIES.get(random.nextInt(ODDITIES.size()));
            switch (random.nextInt(5)) {
                case 0 -> lines.remove(at);
                case 1 -> lines.add(at, line);
                case 2 -> lines.set(at, line.isEmpty() ? oddity : line.substring(random.nextInt(line.length())));
                case 3 -> lines.set(at, line + oddity);
                default -> lines.set(at, line.substring(0, line.indexOf(':') + 1) + " " + oddity);
            }
        }
        return String.join("\n", lines);
    }
}
