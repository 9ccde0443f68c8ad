package io.ballast.daemon.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Faults that wait for their request. Thread-safe. */
final class TestFaults {
    private record Rule(Predicate<TestRequest> when, TestFault fault) {}

    private final ConcurrentLinkedQueue<Rule> rules = new ConcurrentLinkedQueue<>();

    void add(Predicate<TestRequest> when, TestFault fault) {
        rules.add(new Rule(when, fault));
    }

    /** The first fault for this request, which is thereby used up; null when it is to be answered. */
    @Nullable
    TestFault take(TestRequest request) {
        for (Rule rule : rules) {
            if (rule.when.test(request) && rules.remove(rule)) {
                return rule.fault;
            }
        }
        return null;
    }

    /** Lets the fault happen as far as it precedes the answer; true when there is to be none. */
    static boolean replaces(@Nullable TestFault fault, TestConnection connection)
            throws IOException, InterruptedException {
        if (fault instanceof TestFault.Delayed delayed) {
            delayed.until().await();
        } else if (fault instanceof TestFault.Hangup) {
            connection.cut();
            return true;
        } else if (fault instanceof TestFault.Status status) {
            connection.answer(status.code(), TestApiServer.status(status.code(), status.reason(), "injected"));
            return true;
        } else if (fault instanceof TestFault.Busy busy) {
            byte[] body = "busy".getBytes(StandardCharsets.UTF_8);
            connection.answer(busy.code(), "Retry-After: " + busy.retryAfterSeconds() + "\r\n", body, body.length);
            return true;
        } else if (fault instanceof TestFault.Nonsense nonsense) {
            byte[] body = nonsense.json().getBytes(StandardCharsets.UTF_8);
            connection.answer(200, "", body, body.length);
            return true;
        }
        return false;
    }
}
