package io.ballast.netty.tcp;

import io.ballast.netty.transport.ResourceShortage;
import java.io.IOException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pipes of one event loop. A direction holds one only while bytes wait in it, so few serve all connections. Confined
 * to the event loop.
 */
final class SplicePipes {
    private static final Logger LOG = LoggerFactory.getLogger(SplicePipes.class);

    /** Kept for the next one; slow readers may need more for a while. */
    private static final int MOST_KEPT = 16;

    private final ArrayDeque<SplicePipe> idle = new ArrayDeque<>();
    private final ResourceShortage shortage;

    SplicePipes(ResourceShortage shortage) {
        this.shortage = shortage;
    }

    /** An empty pipe; null where none can be had. */
    @Nullable
    SplicePipe take() {
        SplicePipe kept = idle.pollLast();
        return kept == null ? open() : kept;
    }

    private @Nullable SplicePipe open() {
        if (shortage.pauseMillis() > 0) {
            return null;
        }
        try {
            SplicePipe pipe = SplicePipe.open();
            shortage.opened(pipe.descriptor());
            return pipe;
        } catch (IOException e) {
            LOG.atDebug().addKeyValue("cause", e.getMessage()).log("No pipe, bytes are copied");
            return null;
        }
    }

    /** Takes a pipe back; one in which bytes are left belongs to a connection that has ended. */
    void give(SplicePipe pipe) {
        if (pipe.waiting() == 0 && idle.size() < MOST_KEPT) {
            idle.addLast(pipe);
        } else {
            close(pipe);
        }
    }

    void closeAll() {
        idle.forEach(SplicePipes::close);
        idle.clear();
    }

    private static void close(SplicePipe pipe) {
        try {
            pipe.close();
        } catch (IOException e) {
            LOG.atTrace().addKeyValue("cause", e.getMessage()).log("Close failed");
        }
    }
}
