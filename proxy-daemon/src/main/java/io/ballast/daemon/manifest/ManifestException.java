package io.ballast.daemon.manifest;

/** A file is not a manifest. */
public final class ManifestException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final String remedy;

    ManifestException(int line, String problem, String remedy) {
        super(problem);
        this.line = line;
        this.remedy = remedy;
    }

    /** Where, counted from 1. */
    public int line() {
        return line;
    }

    /** What to do about it. */
    public String remedy() {
        return remedy;
    }
}
