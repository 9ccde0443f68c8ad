package io.ballast.netty.linux.nft;

import io.ballast.netty.linux.Descriptor;
import io.ballast.netty.linux.LibC;
import io.ballast.netty.linux.NativeMemory;
import io.ballast.netty.linux.SystemCalls;
import java.nio.charset.StandardCharsets;

/**
 * A script in an anonymous file in memory, gone when closed. libnftables tells the line of an error only for scripts it
 * reads from a file. Confined to one thread.
 */
final class ScriptFile implements AutoCloseable {
    private static final int MFD_CLOEXEC = 1;

    private final Descriptor descriptor;

    private ScriptFile(Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    static ScriptFile of(String script) {
        LibC libc = SystemCalls.libc();
        int fd = SystemCalls.check(libc.memfd_create("nft-script", MFD_CLOEXEC), () -> "make file in memory");
        ScriptFile file = new ScriptFile(Descriptor.owning(fd, "nft script"));
        try {
            file.write(libc, script.getBytes(StandardCharsets.UTF_8));
            return file;
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private void write(LibC libc, byte[] bytes) {
        try (NativeMemory memory = NativeMemory.copyOf(bytes)) {
            long written = 0;
            while (written < bytes.length) {
                written += SystemCalls.check(
                        libc.write(descriptor.number(), memory.pointer().slice(written), bytes.length - written),
                        () -> "write nft script");
            }
        }
    }

    String path() {
        return "/proc/self/fd/" + descriptor.number();
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
