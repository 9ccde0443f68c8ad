package io.ballast.netty.testing;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Calls on a thread of their own, for bodies that change the thread: its namespace, its capabilities. Stateless. */
final class Threads {
    private Threads() {}

    /** Calls the body on a new thread and returns what it returns or throws what it throws. */
    static <T> T call(String name, Callable<T> body) throws Exception {
        FutureTask<T> task = new FutureTask<>(body);
        new Thread(task, name).start();
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception exception) {
                throw exception;
            }
            throw e.getCause() instanceof Error error ? error : new AssertionError(e);
        }
    }
}
