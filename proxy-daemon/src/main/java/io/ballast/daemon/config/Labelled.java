package io.ballast.daemon.config;

import java.util.Arrays;
import java.util.stream.Collectors;

/** An enum constant with the word that stands for it on the command line and in the file. */
public interface Labelled {
    String label();

    /** The constant with this label; the message of the exception lists what is allowed. */
    static <E extends Enum<E> & Labelled> E parse(Class<E> type, String label) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("is not known; want " + choices(type)));
    }

    /** The labels, for people to read. */
    static <E extends Enum<E> & Labelled> String choices(Class<E> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(Labelled::label)
                .filter(label -> !label.isEmpty())
                .collect(Collectors.joining(", "));
    }
}
