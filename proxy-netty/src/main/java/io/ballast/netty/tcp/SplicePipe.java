package io.ballast.netty.tcp;

import io.ballast.netty.linux.SystemCalls;
import io.netty.channel.epoll.Native;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;

/**
 * A pipe through which bytes pass from one socket to another inside the kernel, by splice(2). Confined to one event
 * loop.
 */
final class SplicePipe {
    private static final int F_SETPIPE_SZ = 1031;

    /** The most bytes in it, and for the kernel the number of pages, each of which may hold less than a page. */
    static final int CAPACITY = 256 * 1024;

    private static final int NO_OFFSET = -1;

    private final FileDescriptor out;
    private final FileDescriptor in;
    private int waiting;

    private SplicePipe(FileDescriptor out, FileDescriptor in) {
        this.out = out;
        this.in = in;
    }

    static SplicePipe open() throws IOException {
        FileDescriptor[] ends = FileDescriptor.pipe();
        // Where that is too much (fs.pipe-user-pages-soft), the pipe stays small and works.
        SystemCalls.libc().fcntl(ends[1].intValue(), F_SETPIPE_SZ, CAPACITY);
        return new SplicePipe(ends[0], ends[1]);
    }

    /** Takes what has arrived at a socket; 0 where nothing has, or nothing ever will. */
    int fill(EpollSocket from) throws IOException {
        int count = Native.splice(from.intValue(), NO_OFFSET, in.intValue(), NO_OFFSET, CAPACITY);
        waiting += count;
        return count;
    }

    /** Gives a socket as much as it takes. */
    void drain(EpollSocket to) throws IOException {
        while (waiting > 0) {
            to.beforeSending();
            int count = Native.splice(out.intValue(), NO_OFFSET, to.intValue(), NO_OFFSET, waiting);
            if (count == 0) {
                return;
            }
            waiting -= count;
        }
    }

    /** Bytes that were taken and not given. */
    int waiting() {
        return waiting;
    }

    /** The highest descriptor number. */
    int descriptor() {
        return Math.max(in.intValue(), out.intValue());
    }

    void close() throws IOException {
        try {
            in.close();
        } finally {
            out.close();
        }
    }
}
