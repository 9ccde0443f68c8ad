package io.ballast.netty.linux.bpf;

import io.ballast.netty.linux.Descriptor;
import io.ballast.netty.linux.LibC;
import io.ballast.netty.linux.NativeMemory;
import io.ballast.netty.linux.SystemCalls;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The attachment of a program to a network namespace: it lasts while a descriptor or a pin of the link does. Owns its
 * descriptor. Thread-safe.
 */
final class BpfLink implements AutoCloseable {

    private static final int ATTACH_SK_LOOKUP = 36;
    private static final String NAMESPACE = "/proc/thread-self/ns/net";
    private static final int O_RDONLY_CLOEXEC = 0x80000;
    private static final int MOST_PROGRAMS = 64;

    private final Descriptor descriptor;

    private BpfLink(Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    /** Attaches the program to the network namespace of the calling thread. */
    static BpfLink attach(BpfProgram program) {
        try (Descriptor namespace = currentNamespace();
                BpfCall call = new BpfCall(BpfCommand.LINK_CREATE)) {
            call.u32(0, program.fd()).u32(4, namespace.number()).u32(8, ATTACH_SK_LOOKUP);
            int fd = call.run(() -> "attach " + program + " to the network namespace");
            return adopt(Descriptor.owning(fd, "eBPF link"));
        }
    }

    /** Takes over a link that was pinned or handed over. */
    static BpfLink adopt(Descriptor descriptor) {
        return new BpfLink(descriptor);
    }

    int fd() {
        return descriptor.number();
    }

    /** Puts another program in the place of the present one; no lookup meets neither. */
    void update(BpfProgram program) {
        try (BpfCall call = new BpfCall(BpfCommand.LINK_UPDATE)) {
            call.u32(0, fd()).u32(4, program.fd()).run(() -> "put " + program + " into " + this);
        }
    }

    /** Ends the attachment at once, whoever else holds the link; without this the kernel takes its time. */
    void detach() {
        try (BpfCall call = new BpfCall(BpfCommand.LINK_DETACH)) {
            call.u32(0, fd()).run(() -> "detach " + this);
        }
    }

    /** The inode of the network namespace that the link works in, 0 when that is gone or the link detached. */
    long namespace() {
        // struct bpf_link_info: type, id, prog_id, padding, netns_ino, attach_type.
        return BpfInfo.read(fd(), 24, "read the namespace of " + this, info -> Integer.toUnsignedLong(info.getInt(16)));
    }

    /** The ids of all socket lookup programs attached to the calling thread's network namespace, whoever owns them. */
    static List<Integer> attachedPrograms() {
        try (Descriptor namespace = currentNamespace();
                BpfCall call = new BpfCall(BpfCommand.PROG_QUERY)) {
            call.u32(0, namespace.number()).u32(4, ATTACH_SK_LOOKUP).u32(24, MOST_PROGRAMS);
            NativeMemory ids = call.out(16, MOST_PROGRAMS * Integer.BYTES);
            call.run(() -> "list the programs of the network namespace");
            return IntStream.range(0, call.u32(24))
                    .mapToObj(index -> ids.pointer().getInt((long) index * Integer.BYTES))
                    .toList();
        }
    }

    private static Descriptor currentNamespace() {
        LibC libc = SystemCalls.libc();
        int fd = SystemCalls.check(libc.open(NAMESPACE, O_RDONLY_CLOEXEC, 0), () -> "open " + NAMESPACE);
        return Descriptor.owning(fd, NAMESPACE);
    }

    @Override
    public void close() {
        descriptor.close();
    }

    @Override
    public String toString() {
        return descriptor.toString();
    }
}
