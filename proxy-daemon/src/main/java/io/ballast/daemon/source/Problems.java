package io.ballast.daemon.source;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with one object, so that one message tells it. Confined to one thread. */
final class Problems {
    private static final int TOLD = 3;

    private final List<String> texts = new ArrayList<>(0);
    private int untold;
    private boolean onlyAnnotations = true;

    void add(String text) {
        onlyAnnotations = false;
        tell(text);
    }

    /** A problem of an annotation, which costs nothing but what the annotation asks for. */
    void addAnnotation(String text) {
        tell(text);
    }

    private void tell(String text) {
        if (texts.size() < TOLD) {
            texts.add(text);
        } else {
            untold++;
        }
    }

    boolean isEmpty() {
        return texts.isEmpty();
    }

    /** Of the event: what {@link ObjectProblem#reason} says. */
    String reason(String kind) {
        return onlyAnnotations ? ObjectProblem.INVALID_ANNOTATION : "Invalid" + kind;
    }

    /** The first few problems, and how many more there are. */
    String message() {
        String told = String.join(" ", texts);
        return untold == 0 ? told : told + " And " + untold + " more of this object.";
    }
}
