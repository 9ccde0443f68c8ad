package io.ballast.daemon.manifest;

/** A file is not a manifest. */
public final class ManifestException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final int document;
    private final String remedy;

    ManifestException(int line, String problem, String remedy) {
        this(line, 1, problem, remedy);
    }

    private ManifestException(int line, int document, String problem, String remedy) {
        super(problem);
        this.line = line;
        this.document = document;
        this.remedy = remedy;
    }

    /** The same, once it is known which document it is about. */
    ManifestException in(int number) {
        return new ManifestException(line, number, String.valueOf(getMessage()), remedy);
    }

    /** Where, counted from 1. */
    public int line() {
        return line;
    }

    /** Number of the document, counted from 1. */
    public int document() {
        return document;
    }

    /** What to do about it. */
    public String remedy() {
        return remedy;
    }
}
