package io.ballast.netty.linux.bpf;

/** The kernel functions our programs call, by the numbers of {@code enum bpf_func_id}. */
enum BpfHelper {
    /** {@code void *bpf_map_lookup_elem(map, key)}: the value's address, or null. */
    MAP_LOOKUP_ELEM(1),
    /** {@code long bpf_sk_release(sock)}: gives back the reference a lookup in a socket map took. */
    SK_RELEASE(86),
    /** {@code long bpf_sk_assign(ctx, sock, flags)}: makes {@code sock} the outcome of a socket lookup. */
    SK_ASSIGN(124);

    private final int id;

    BpfHelper(int id) {
        this.id = id;
    }

    int id() {
        return id;
    }
}
