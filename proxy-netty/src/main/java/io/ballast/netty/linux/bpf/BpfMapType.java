package io.ballast.netty.linux.bpf;

/** The kinds of map in use, by the numbers of {@code enum bpf_map_type}, with the flags each is created with. */
enum BpfMapType {
    /** Without {@code BPF_F_NO_PREALLOC} the kernel would set aside every entry of the limit at once. */
    HASH(1, BpfMapType.NO_PREALLOC),
    ARRAY(2, 0),
    /** Longest prefix first; exists without preallocation only. */
    LPM_TRIE(11, BpfMapType.NO_PREALLOC),
    /** An array of sockets that holds no reference: a socket that closes empties its place. */
    SOCKMAP(15, 0);

    private static final int NO_PREALLOC = 1;

    private final int number;
    private final int flags;

    BpfMapType(int number, int flags) {
        this.number = number;
        this.flags = flags;
    }

    int number() {
        return number;
    }

    int flags() {
        return flags;
    }
}
