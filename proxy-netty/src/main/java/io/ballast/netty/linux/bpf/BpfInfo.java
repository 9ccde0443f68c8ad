package io.ballast.netty.linux.bpf;

import io.ballast.netty.linux.NativeMemory;
import java.util.function.Function;
import jnr.ffi.Pointer;

/** What the kernel tells of an object behind a descriptor: the start of the {@code struct bpf_…_info} of its kind. */
final class BpfInfo {

    private BpfInfo() {}

    static <T> T read(int fd, int bytes, String operation, Function<Pointer, T> fields) {
        try (BpfCall call = new BpfCall(BpfCommand.OBJ_GET_INFO_BY_FD)) {
            NativeMemory info = call.u32(0, fd).u32(4, bytes).out(8, bytes);
            call.run(() -> operation);
            return fields.apply(info.pointer());
        }
    }
}
