package io.ballast.daemon.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A mount namespace with a bpf file system of its own at /sys/fs/bpf, for as long as it is open. */
final class BpfMount implements AutoCloseable {
    private static final String SCRIPT = "mount -t bpf bpf /sys/fs/bpf && echo mounted && exec cat";

    private final Process holder;

    private BpfMount(Process holder) {
        this.holder = holder;
    }

    static BpfMount open() throws IOException {
        Process holder = new ProcessBuilder("unshare", "--mount", "--propagation", "private", "sh", "-c", SCRIPT)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output = holder.inputReader(StandardCharsets.UTF_8);
        if (!"mounted".equals(output.readLine())) {
            throw new AssertionError("cannot mount a bpf file system");
        }
        return new BpfMount(holder);
    }

    /** In front of a command that shall see it. */
    List<String> enter() {
        return List.of("nsenter", "--mount=/proc/" + holder.pid() + "/ns/mnt", "--");
    }

    /** The names in the directory, as seen inside. */
    List<String> list(String directory) throws IOException {
        ProcessBuilder ls = new ProcessBuilder("nsenter", "--mount=/proc/" + holder.pid() + "/ns/mnt", "ls", directory);
        Process listing = ls.redirectErrorStream(true).start();
        try (BufferedReader output = listing.inputReader(StandardCharsets.UTF_8)) {
            return output.lines().toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public void close() {
        holder.destroyForcibly().onExit().join();
    }
}
