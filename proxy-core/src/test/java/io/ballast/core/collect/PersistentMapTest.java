package io.ballast.core.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PersistentMapTest {
    private static final int STEPS = 20_000;
    private static final int KEPT_VERSIONS = 20;

    /** A key whose hash is one of a few, or shares its low bits with many others. */
    private record Key(int number, int hashes) {
        @Override
        public int hashCode() {
            return hashes == 0 ? number : hashes < 0 ? (number % -hashes) << 27 : number % hashes;
        }
    }

    /**
     * @param hashes how many different hash codes occur; 0 means one each, negative ones differ in the top bits only
     */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 7, -8, 100})
    void behavesAsAHashMapWhateverTheHashes(int hashes) {
        Random random = new Random(hashes);
        Map<Key, Integer> expected = new HashMap<>();
        PersistentMap<Key, Integer> map = PersistentMap.empty();
        for (int step = 0; step < STEPS; step++) {
            // The map fills up, empties, and fills up again.
            boolean filling = step / 2000 % 2 == 0;
            Key key = new Key(random.nextInt(200), hashes);
            if (random.nextInt(4) == 0 == filling) {
                expected.remove(key);
                map = map.without(key);
            } else {
                expected.put(key, step);
                map = map.with(key, step);
            }
            assertThat(map.size()).isEqualTo(expected.size());
            assertThat(map.get(key)).isEqualTo(expected.get(key));
            if (step % 500 == 0) {
                assertThat(contents(map)).isEqualTo(expected);
                for (int number = 0; number < 200; number++) {
                    Key any = new Key(number, hashes);
                    assertThat(map.get(any)).isEqualTo(expected.get(any));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3})
    void oldVersionsStayWhatTheyWere(int hashes) {
        Random random = new Random(42);
        List<PersistentMap<Key, Integer>> versions = new ArrayList<>();
        List<Map<Key, Integer>> copies = new ArrayList<>();
        PersistentMap<Key, Integer> map = PersistentMap.empty();
        for (int step = 0; step < KEPT_VERSIONS * 50; step++) {
            Key key = new Key(random.nextInt(60), hashes);
            map = random.nextBoolean() ? map.with(key, step) : map.without(key);
            if (step % 50 == 0) {
                versions.add(map);
                copies.add(contents(map));
            }
        }
        for (int i = 0; i < versions.size(); i++) {
            assertThat(contents(versions.get(i))).isEqualTo(copies.get(i));
        }
    }

    @Test
    void emptyMapHoldsNothing() {
        PersistentMap<String, String> empty = PersistentMap.empty();

        assertThat(empty.size()).isZero();
        assertThat(empty.get("a")).isNull();
        assertThat(empty.without("a")).isSameAs(empty);
        assertThat(empty.with("a", "b").without("a")).isSameAs(empty);
    }

    @Test
    void removingWhatIsNotThereReturnsTheSameMap() {
        PersistentMap<String, String> map =
                PersistentMap.<String, String>empty().with("a", "b");

        assertThat(map.without("b")).isSameAs(map);
    }

    private static <K, V> Map<K, V> contents(PersistentMap<K, V> map) {
        Map<K, V> contents = new HashMap<>();
        map.forEach((key, value) -> assertThat(contents.put(key, value)).isNull());
        return contents;
    }
}
