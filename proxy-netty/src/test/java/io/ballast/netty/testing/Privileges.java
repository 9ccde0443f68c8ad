package io.ballast.netty.testing;

import io.ballast.netty.linux.Capability;
import java.util.Set;
import java.util.concurrent.Callable;

/** Runs code with fewer capabilities than the test has. Thread-safe. */
public final class Privileges {
    private Privileges() {}

    /**
     * Calls the body on a new thread, in the caller's network namespace, whose only capabilities are these, and returns
     * what it returns or throws what it throws. The user stays root: what checks the user still lets it pass.
     */
    public static <T> T with(Set<Capability> capabilities, Callable<T> body) throws Exception {
        return Threads.call("unprivileged", () -> {
            Capability.keepOnly(capabilities);
            return body.call();
        });
    }
}
