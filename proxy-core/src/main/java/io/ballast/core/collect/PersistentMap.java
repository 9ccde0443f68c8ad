package io.ballast.core.collect;

import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An immutable hash map whose {@link #with} and {@link #without} return a new map that shares all but O(log n) of its
 * nodes with the old one. <em>Immutable</em>, so any thread may read any version.
 *
 * @param <K> keys, with a good {@code hashCode}
 * @param <V> values
 */
public final class PersistentMap<K, V> {
    private static final PersistentMap<?, ?> EMPTY = new PersistentMap<>(HashTrie.empty(), 0);

    private final HashTrie<K, V> root;
    private final int size;

    private PersistentMap(HashTrie<K, V> root, int size) {
        this.root = root;
        this.size = size;
    }

    @SuppressWarnings("unchecked") // holds nothing, so it holds only Ks and Vs
    public static <K, V> PersistentMap<K, V> empty() {
        return (PersistentMap<K, V>) EMPTY;
    }

    public int size() {
        return size;
    }

    public @Nullable V get(K key) {
        return root.get(key, spread(key), 0);
    }

    public PersistentMap<K, V> with(K key, V value) {
        int before = get(key) == null ? 0 : 1;
        return new PersistentMap<>(root.with(Map.entry(key, value), spread(key), 0), size + 1 - before);
    }

    public PersistentMap<K, V> without(K key) {
        if (get(key) == null) {
            return this;
        }
        return size == 1 ? empty() : new PersistentMap<>(root.without(key, spread(key), 0), size - 1);
    }

    /** Visits every entry, in no particular order. */
    public void forEach(BiConsumer<? super K, ? super V> action) {
        root.forEach(action);
    }

    static int spread(Object key) {
        int hash = key.hashCode() * 0x9e3779b9;
        return hash ^ hash >>> 15;
    }
}
