package io.ballast.daemon;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A program for {@link TerminationTest} and {@code LauncherIT} to end. */
public final class TerminationProgram {
    private TerminationProgram() {}

    public static void main(String[] args) throws InterruptedException {
        CountDownLatch drained = new CountDownLatch(1);
        boolean hangs = args[0].equals("hang");
        Duration limit = hangs ? Duration.ofMillis(50) : Duration.ofMinutes(1);
        Termination termination = Termination.install(limit, () -> {
            if (args[0].equals("fail")) {
                throw new IllegalStateException("cannot drain");
            }
            if (hangs) {
                awaitForever();
            }
            System.out.println("drained");
            drained.countDown();
        });
        System.out.println("ready");
        switch (args[0]) {
            case "end-1" -> termination.end(1);
            case "end-3-then-4" -> {
                termination.end(3);
                termination.end(4);
            }
            case "end-in-drained-thread-1" -> {
                // As a daemon's main thread does: it asks for the end, and the end waits for it to return.
                termination.end(1);
                drained.await();
            }
            case "close" -> {
                termination.close();
                System.exit(7);
            }
            default -> awaitForever();
        }
        awaitForever();
    }

    private static void awaitForever() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
