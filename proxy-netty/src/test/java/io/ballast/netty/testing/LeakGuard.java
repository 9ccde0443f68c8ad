package io.ballast.netty.testing;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.ResourceLeakDetector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails the tests of a class in which a Netty buffer was lost. */
public final class LeakGuard implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
    private static final Queue<String> LEAKS = new ConcurrentLinkedQueue<>();

    static {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        ByteBufUtil.setLeakListener((type, records) -> LEAKS.add(type + records));
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        LEAKS.clear();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        failOnLeaks();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        // Lost buffers are found when they are collected, and reported when the next one is allocated.
        System.gc();
        for (int i = 0; i < 10; i++) {
            ByteBufAllocator.DEFAULT.directBuffer(16).release();
        }
        failOnLeaks();
    }

    private static void failOnLeaks() {
        String leak = LEAKS.poll();
        if (leak != null) {
            LEAKS.clear();
            throw new AssertionError("buffer leaked: " + leak);
        }
    }
}
