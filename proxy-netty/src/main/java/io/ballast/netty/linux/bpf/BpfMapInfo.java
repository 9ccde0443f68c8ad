package io.ballast.netty.linux.bpf;

/**
 * The shape of a map, {@code struct bpf_map_info} as far as it matters. Immutable.
 *
 * @param type a number of {@link BpfMapType}
 */
record BpfMapInfo(int type, int keySize, int valueSize, int maxEntries) {

    private static final int BYTES = 24;

    static BpfMapInfo of(int fd) {
        return BpfInfo.read(
                fd,
                BYTES,
                "read the shape of an eBPF map",
                info -> new BpfMapInfo(info.getInt(0), info.getInt(8), info.getInt(12), info.getInt(16)));
    }
}
