package io.ballast.daemon.source;

/** Hears what {@link ModelMapper} finds wrong with objects. Called on the thread that maps. */
@FunctionalInterface
public interface ProblemListener {
    void problem(ObjectProblem problem);

    /**
     * Nothing is wrong with an object, or nothing any more.
     *
     * @param object as in {@link ObjectProblem#object}
     */
    default void fine(String kind, String object) {}
}
