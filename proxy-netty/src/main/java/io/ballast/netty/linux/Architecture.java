package io.ballast.netty.linux;

/** What differs between the processors that Ballast runs on. */
public final class Architecture {
    private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");

    private Architecture() {}

    /** The number of a system call, which each processor has its own of, unless it is as young as io_uring's. */
    public static long systemCall(long x86, long arm) {
        return ARM ? arm : x86;
    }
}
