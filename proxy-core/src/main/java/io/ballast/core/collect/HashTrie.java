package io.ballast.core.collect;

import java.util.Arrays;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One node of a hash array mapped trie (Bagwell, "Ideal Hash Trees", 2001): five bits of the hash select a slot, a
 * bitmap tells which of the 32 slots exist, and a slot holds an entry or the next node. Where all 32 bits of the hash
 * are used up, a node is a plain list of colliding entries. <em>Immutable.</em>
 */
final class HashTrie<K, V> {
    private static final int BITS = 5;
    private static final int HASH_BITS = 32;
    private static final HashTrie<?, ?> EMPTY = new HashTrie<>(0, new Object[0]);

    private final int bitmap;
    /** {@code Map.Entry<K, V>} or {@code HashTrie<K, V>}, one for each bit set in the bitmap. */
    private final Object[] slots;

    private HashTrie(int bitmap, Object[] slots) {
        this.bitmap = bitmap;
        this.slots = slots;
    }

    @SuppressWarnings("unchecked") // holds nothing
    static <K, V> HashTrie<K, V> empty() {
        return (HashTrie<K, V>) EMPTY;
    }

    @Nullable
    V get(K key, int hash, int shift) {
        if (shift >= HASH_BITS) {
            int at = indexOf(key);
            return at < 0 ? null : entry(slots[at]).getValue();
        }
        int bit = bit(hash, shift);
        if ((bitmap & bit) == 0) {
            return null;
        }
        Object slot = slots[position(bit)];
        if (slot instanceof HashTrie<?, ?>) {
            return child(slot).get(key, hash, shift + BITS);
        }
        return entry(slot).getKey().equals(key) ? entry(slot).getValue() : null;
    }

    HashTrie<K, V> with(Map.Entry<K, V> entry, int hash, int shift) {
        if (shift >= HASH_BITS) {
            int at = indexOf(entry.getKey());
            return at < 0 ? new HashTrie<>(0, inserted(slots.length, entry)) : replaced(at, entry);
        }
        int bit = bit(hash, shift);
        int at = position(bit);
        if ((bitmap & bit) == 0) {
            return new HashTrie<>(bitmap | bit, inserted(at, entry));
        }
        Object slot = slots[at];
        if (slot instanceof HashTrie<?, ?>) {
            return replaced(at, child(slot).with(entry, hash, shift + BITS));
        }
        if (entry(slot).getKey().equals(entry.getKey())) {
            return replaced(at, entry);
        }
        HashTrie<K, V> pushed = HashTrie.<K, V>empty()
                .with(entry(slot), PersistentMap.spread(entry(slot).getKey()), shift + BITS)
                .with(entry, hash, shift + BITS);
        return replaced(at, pushed);
    }

    /** The key is known to be present. */
    HashTrie<K, V> without(K key, int hash, int shift) {
        if (shift >= HASH_BITS) {
            return new HashTrie<>(0, removed(indexOf(key)));
        }
        int bit = bit(hash, shift);
        int at = position(bit);
        Object slot = slots[at];
        if (!(slot instanceof HashTrie<?, ?>)) {
            return new HashTrie<>(bitmap & ~bit, removed(at));
        }
        HashTrie<K, V> child = child(slot).without(key, hash, shift + BITS);
        boolean oneEntryLeft = child.slots.length == 1 && child.slots[0] instanceof Map.Entry<?, ?>;
        return replaced(at, oneEntryLeft ? child.slots[0] : child);
    }

    void forEach(BiConsumer<? super K, ? super V> action) {
        for (Object slot : slots) {
            if (slot instanceof HashTrie<?, ?>) {
                child(slot).forEach(action);
            } else {
                action.accept(entry(slot).getKey(), entry(slot).getValue());
            }
        }
    }

    private int indexOf(K key) {
        for (int i = 0; i < slots.length; i++) {
            if (entry(slots[i]).getKey().equals(key)) {
                return i;
            }
        }
        return -1;
    }

    private static int bit(int hash, int shift) {
        return 1 << (hash >>> shift & 31);
    }

    private int position(int bit) {
        return Integer.bitCount(bitmap & (bit - 1));
    }

    private HashTrie<K, V> replaced(int at, Object slot) {
        Object[] copy = slots.clone();
        copy[at] = slot;
        return new HashTrie<>(bitmap, copy);
    }

    private Object[] inserted(int at, Object slot) {
        Object[] copy = Arrays.copyOf(slots, slots.length + 1);
        System.arraycopy(slots, at, copy, at + 1, slots.length - at);
        copy[at] = slot;
        return copy;
    }

    private Object[] removed(int at) {
        Object[] copy = Arrays.copyOf(slots, slots.length - 1);
        System.arraycopy(slots, at + 1, copy, at, slots.length - at - 1);
        return copy;
    }

    @SuppressWarnings("unchecked") // slots hold nothing else
    private HashTrie<K, V> child(Object slot) {
        return (HashTrie<K, V>) slot;
    }

    @SuppressWarnings("unchecked") // slots hold nothing else
    private Map.Entry<K, V> entry(Object slot) {
        return (Map.Entry<K, V>) slot;
    }
}
