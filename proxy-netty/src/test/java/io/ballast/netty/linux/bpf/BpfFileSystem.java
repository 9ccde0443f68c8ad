package io.ballast.netty.linux.bpf;

import io.ballast.netty.linux.SystemCalls;
import java.nio.file.Path;

/** A bpf file system of the test's own, mounted at an empty directory until it is closed. */
record BpfFileSystem(Path root) implements AutoCloseable {

    static BpfFileSystem mount(Path directory) {
        SystemCalls.check(
                SystemCalls.libc().mount("bpf", directory.toString(), "bpf", 0, null), () -> "mount " + directory);
        return new BpfFileSystem(directory);
    }

    @Override
    public void close() {
        SystemCalls.check(SystemCalls.libc().umount2(root.toString(), 0), () -> "unmount " + root);
    }
}
