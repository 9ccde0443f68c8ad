package io.ballast.core.scheduling.builtin;

import io.ballast.core.scheduling.Candidate;
import io.ballast.core.scheduling.PickRequest;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Endpoints with a weight in the order (full last, {@link LoadOrder}, index), the best on top: an indexed binary heap.
 * A change of load is O(log n), the best is O(1), the best but k excluded ones O(k²). Confined to one lock.
 *
 * <p>The order is that of the loads as of the last {@link #update} of each endpoint, so that the heap stays a heap
 * while other threads count.
 */
final class LoadHeap {
    private static final int ABSENT = -1;

    private final List<Candidate> candidates;
    private final LoadOrder order;
    private final int[] active;
    private final int[] weight;
    private final boolean[] full;
    /** Indexes of candidates; the children of place k are 2k+1 and 2k+2. */
    private final int[] heap;
    /** Place of each candidate in the heap. */
    private final int[] places;

    LoadHeap(List<Candidate> candidates, LoadOrder order) {
        this.candidates = candidates;
        this.order = order;
        int size = candidates.size();
        active = new int[size];
        weight = new int[size];
        full = new boolean[size];
        places = new int[size];
        Arrays.fill(places, ABSENT);
        heap = candidates.stream()
                .filter(candidate -> candidate.weight() > 0)
                .mapToInt(Candidate::index)
                .toArray();
        for (int place = 0; place < heap.length; place++) {
            read(heap[place]);
            places[heap[place]] = place;
        }
        for (int place = heap.length / 2 - 1; place >= 0; place--) {
            down(place);
        }
    }

    private void read(int index) {
        Candidate candidate = candidates.get(index);
        active[index] = candidate.active();
        weight[index] = candidate.weight();
        full[index] = candidate.isFull();
    }

    /** The load of this endpoint changed. */
    void update(int index) {
        int place = places[index];
        if (place != ABSENT) {
            read(index);
            up(place);
            down(places[index]);
        }
    }

    /** The best that is neither full nor was tried. */
    @Nullable
    Candidate best(PickRequest request) {
        if (heap.length == 0) {
            return null;
        }
        Candidate top = candidates.get(heap[0]);
        if (!request.hasTried(top)) {
            return full[heap[0]] ? null : top;
        }
        return bestBeyondTop(request);
    }

    /** Walks from the top in order: the next best is always a child of one that was passed over. */
    private @Nullable Candidate bestBeyondTop(PickRequest request) {
        int[] frontier = new int[request.tried().size() + 2];
        int count = 1;
        while (count > 0) {
            int at = bestOf(frontier, count);
            int place = frontier[at];
            Candidate candidate = candidates.get(heap[place]);
            if (full[heap[place]]) {
                return null;
            }
            if (!request.hasTried(candidate)) {
                return candidate;
            }
            frontier[at] = frontier[--count];
            for (int child = 2 * place + 1; child <= 2 * place + 2 && child < heap.length; child++) {
                frontier[count++] = child;
            }
        }
        return null;
    }

    private int bestOf(int[] frontier, int count) {
        int best = 0;
        for (int i = 1; i < count; i++) {
            if (compare(heap[frontier[i]], heap[frontier[best]]) < 0) {
                best = i;
            }
        }
        return best;
    }

    private void up(int place) {
        int index = heap[place];
        int at = place;
        while (at > 0 && compare(index, heap[(at - 1) / 2]) < 0) {
            put(heap[(at - 1) / 2], at);
            at = (at - 1) / 2;
        }
        put(index, at);
    }

    private void down(int place) {
        int index = heap[place];
        int at = place;
        while (2 * at + 1 < heap.length) {
            int child = 2 * at + 1;
            if (child + 1 < heap.length && compare(heap[child + 1], heap[child]) < 0) {
                child++;
            }
            if (compare(index, heap[child]) <= 0) {
                break;
            }
            put(heap[child], at);
            at = child;
        }
        put(index, at);
    }

    private void put(int index, int place) {
        heap[place] = index;
        places[index] = place;
    }

    private int compare(int a, int b) {
        if (full[a] != full[b]) {
            return full[a] ? 1 : -1;
        }
        int byLoad = order.compare(active[a], weight[a], active[b], weight[b]);
        return byLoad != 0 ? byLoad : Integer.compare(a, b);
    }
}
