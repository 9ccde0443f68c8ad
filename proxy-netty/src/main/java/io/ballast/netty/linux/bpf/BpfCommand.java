package io.ballast.netty.linux.bpf;

/** What bpf(2) can be asked to do, by the numbers of {@code enum bpf_cmd}. */
enum BpfCommand {
    MAP_CREATE(0),
    MAP_LOOKUP_ELEM(1),
    MAP_UPDATE_ELEM(2),
    MAP_DELETE_ELEM(3),
    MAP_GET_NEXT_KEY(4),
    PROG_LOAD(5),
    OBJ_PIN(6),
    OBJ_GET(7),
    OBJ_GET_INFO_BY_FD(15),
    PROG_QUERY(16),
    MAP_LOOKUP_BATCH(24),
    MAP_UPDATE_BATCH(26),
    MAP_DELETE_BATCH(27),
    LINK_CREATE(28),
    LINK_UPDATE(29),
    LINK_DETACH(34);

    private final int number;

    BpfCommand(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
