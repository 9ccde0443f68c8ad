package io.ballast.daemon.k8s;

import io.ballast.daemon.source.ObjectProblem;
import io.ballast.daemon.source.ProblemListener;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Tells what is wrong with an object once, however often it is sent again: endpoints change every few seconds, and each
 * change sends the whole slice. Told anew when something else is wrong, or the same after a time without or after the
 * object was deleted. Bounded. Thread-safe.
 */
final class NewProblems implements ProblemListener {
    private static final int MOST_REMEMBERED = 20_000;

    private final Consumer<ObjectProblem> listener;
    private final Map<Key, ObjectProblem> told = new ConcurrentHashMap<>();

    private record Key(String kind, String object) {}

    NewProblems(Consumer<ObjectProblem> listener) {
        this.listener = listener;
    }

    @Override
    public void problem(ObjectProblem problem) {
        if (told.size() >= MOST_REMEMBERED) {
            told.clear();
        }
        if (!problem.equals(told.put(new Key(problem.kind(), problem.object()), problem))) {
            listener.accept(problem);
        }
    }

    @Override
    public void fine(String kind, String object) {
        if (!told.isEmpty()) {
            told.remove(new Key(kind, object));
        }
    }
}
