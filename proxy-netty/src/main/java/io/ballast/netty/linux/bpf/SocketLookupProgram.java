package io.ballast.netty.linux.bpf;

import static io.ballast.netty.linux.bpf.BpfCondition.ANY_BIT_SET;
import static io.ballast.netty.linux.bpf.BpfCondition.EQUAL;
import static io.ballast.netty.linux.bpf.BpfCondition.NOT_EQUAL;
import static io.ballast.netty.linux.bpf.BpfOperation.ADD;
import static io.ballast.netty.linux.bpf.BpfRegister.R0;
import static io.ballast.netty.linux.bpf.BpfRegister.R1;
import static io.ballast.netty.linux.bpf.BpfRegister.R10;
import static io.ballast.netty.linux.bpf.BpfRegister.R2;
import static io.ballast.netty.linux.bpf.BpfRegister.R3;
import static io.ballast.netty.linux.bpf.BpfRegister.R6;
import static io.ballast.netty.linux.bpf.BpfRegister.R7;
import static io.ballast.netty.linux.bpf.BpfRegister.R8;
import static io.ballast.netty.linux.bpf.BpfSize.HALF_WORD;
import static io.ballast.netty.linux.bpf.BpfSize.WORD;

import io.ballast.netty.linux.bpf.BpfAssembler.Label;

/**
 * The program that the kernel asks, for each packet that belongs to no connection yet, which socket shall have it:
 *
 * <pre>{@code
 * entry = frontends[local address, local port, protocol]
 * if (entry == null)
 *     return guarded[local address] ? SK_DROP : SK_PASS      // PASS: the kernel looks on as if we were not there
 * if (!(entry.accepted & classOfSource))
 *     return SK_DROP                                         // DROP: RST, or port unreachable
 * socket = listeners[entry.listener]
 * if (socket == null || sk_assign(socket) != 0)
 *     return SK_DROP                                         // its process is gone: never the host's instead
 * return SK_PASS
 * }</pre>
 *
 * <p>{@code R6} holds the context throughout. Writes one program; confined to one thread.
 */
final class SocketLookupProgram {

    /** Fields of {@code struct bpf_sk_lookup}; its addresses are in network order, its port is not. */
    private static final int FAMILY = 8;

    private static final int PROTOCOL = 12;
    private static final int REMOTE_IP4 = 16;
    private static final int REMOTE_IP6 = 20;
    private static final int LOCAL_IP4 = 40;
    private static final int LOCAL_IP6 = 44;
    private static final int LOCAL_PORT = 60;
    private static final int INGRESS_IFINDEX = 64;

    /** Places on the stack, as offsets from R10: {@code SocketLookupCodecs.FRONTEND}, and {@code PREFIX} below. */
    private static final int FRONTEND = -24;

    private static final int FRONTEND_PORT = FRONTEND + 16;
    private static final int FRONTEND_PROTOCOL = FRONTEND + 18;
    private static final int PREFIX = -48;
    private static final int PREFIX_ADDRESS = PREFIX + 4;
    private static final int INDEX = -52;

    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SK_DROP = 0;
    private static final int SK_PASS = 1;
    /** Another program's choice gives way: the frontend is ours. */
    private static final int ASSIGN_REPLACE = 1;
    /** The loopback interface has this index in every network namespace. */
    private static final int LOOPBACK = 1;
    /** {@code ::ffff} in network order, as a little-endian word. */
    private static final int MAPPED = 0xffff0000;

    private final BpfAssembler code = new BpfAssembler();
    private final Label pass = code.label("pass");
    private final Label drop = code.label("drop");
    private final SocketLookupMaps maps;

    private SocketLookupProgram(SocketLookupMaps maps) {
        this.maps = maps;
    }

    /** Loads the program into the kernel, bound to these maps. */
    static BpfProgram load(SocketLookupMaps maps) {
        return BpfProgram.load("ballast_lookup", new SocketLookupProgram(maps).assemble());
    }

    private byte[] assemble() {
        Label listed = code.label("listed");
        Label steer = code.label("steer");

        code.move(R6, R1);
        writeAddress(FRONTEND, LOCAL_IP4, LOCAL_IP6);
        code.load(R1, WORD, R6, LOCAL_PORT).store(HALF_WORD, R10, FRONTEND_PORT, R1);
        code.load(R1, WORD, R6, PROTOCOL).store(HALF_WORD, R10, FRONTEND_PROTOCOL, R1);
        look(maps.frontends(), FRONTEND);
        code.jumpIf(R0, NOT_EQUAL, 0, listed);
        look(maps.guarded(), FRONTEND);
        code.jumpIf(R0, EQUAL, 0, pass);
        code.jump(drop);

        code.place(listed).load(R7, WORD, R0, 0).load(R8, WORD, R0, Integer.BYTES);
        judgeSource(steer);
        code.place(steer);
        assign();

        code.place(pass).move(R0, SK_PASS).exit();
        code.place(drop).move(R0, SK_DROP).exit();
        return code.assemble();
    }

    /** Writes an address of the packet to the stack in 16 bytes; what is neither family is not ours. */
    private void writeAddress(int to, int ip4, int ip6) {
        Label version6 = code.label("version 6");
        Label written = code.label("written");
        code.load(R1, WORD, R6, FAMILY);
        code.jumpIf(R1, EQUAL, AF_INET6, version6);
        code.jumpIf(R1, NOT_EQUAL, AF_INET, pass);
        code.store(WORD, R10, to, 0).store(WORD, R10, to + 4, 0).store(WORD, R10, to + 8, MAPPED);
        code.load(R1, WORD, R6, ip4).store(WORD, R10, to + 12, R1);
        code.jump(written);
        code.place(version6);
        for (int word = 0; word < SocketLookupCodecs.ADDRESS_BYTES; word += Integer.BYTES) {
            code.load(R1, WORD, R6, ip6 + word).store(WORD, R10, to + word, R1);
        }
        code.place(written);
    }

    /** Goes to {@code drop} unless R8, the accepted classes, has the source's; most entries accept every class. */
    private void judgeSource(Label accepted) {
        Label node = code.label("node");
        Label found = code.label("found");
        code.jumpIf(R8, EQUAL, 0, drop);
        code.jumpIf(R8, EQUAL, everyClass(), accepted);
        code.load(R1, WORD, R6, INGRESS_IFINDEX).store(WORD, R10, INDEX, R1);
        code.jumpIf(R1, EQUAL, LOOPBACK, node);
        code.store(WORD, R10, PREFIX, SocketLookupCodecs.ADDRESS_BYTES * Byte.SIZE);
        writeAddress(PREFIX_ADDRESS, REMOTE_IP4, REMOTE_IP6);
        look(maps.prefixes(), PREFIX);
        code.jumpIf(R0, NOT_EQUAL, 0, found);
        look(maps.interfaces(), INDEX);
        code.jumpIf(R0, NOT_EQUAL, 0, found);
        code.jumpIf(R8, ANY_BIT_SET, SourceClass.OUTSIDE.bit(), accepted);
        code.jump(drop);
        code.place(found).load(R1, WORD, R0, 0);
        code.jumpIf(R8, ANY_BIT_SET, R1, accepted);
        code.jump(drop);
        code.place(node).jumpIf(R8, ANY_BIT_SET, SourceClass.NODE.bit(), accepted);
        code.jump(drop);
    }

    /** Gives the packet to the listener R7, unless that is a bound socket's own business, or rather to a member of its reuseport group that the kernel picks. */
    private void assign() {
        code.jumpIf(R7, EQUAL, Steering.BOUND, pass);
        code.store(WORD, R10, INDEX, R7);
        look(maps.listeners(), INDEX);
        code.jumpIf(R0, EQUAL, 0, drop);
        code.move(R7, R0);
        code.move(R1, R6).move(R2, R7).move(R3, ASSIGN_REPLACE).call(BpfHelper.SK_ASSIGN);
        code.move(R8, R0);
        code.move(R1, R7).call(BpfHelper.SK_RELEASE);
        code.jumpIf(R8, NOT_EQUAL, 0, drop);
    }

    /** {@code R0 = map[the key at that place on the stack]}, an address or null. */
    private void look(BpfMap<?, ?> map, int key) {
        code.moveMap(R1, map.fd()).move(R2, R10).compute(R2, ADD, key).call(BpfHelper.MAP_LOOKUP_ELEM);
    }

    private static int everyClass() {
        int mask = 0;
        for (SourceClass sourceClass : SourceClass.values()) {
            mask |= sourceClass.bit();
        }
        return mask;
    }
}
