package io.ballast.daemon.source;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with one object, so that one message tells it. Confined to one thread. */
final class Problems {
    private static final int TOLD = 3;

    private final List<String> texts = new ArrayList<>(0);
    private int untold;

    void add(String text) {
        if (texts.size() < TOLD) {
            texts.add(text);
        } else {
            untold++;
        }
    }

    boolean isEmpty() {
        return texts.isEmpty();
    }

    /** The first few problems, and how many more there are. */
    String message() {
        String told = String.join(" ", texts);
        return untold == 0 ? told : told + " And " + untold + " more of this object.";
    }
}
