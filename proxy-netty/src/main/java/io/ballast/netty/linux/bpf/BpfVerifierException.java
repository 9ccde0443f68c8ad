package io.ballast.netty.linux.bpf;

import io.ballast.netty.linux.SystemCallException;

/** The kernel's verifier refused a program; the message ends with what it objected to. Immutable. */
public final class BpfVerifierException extends RuntimeException {

    private final String log;

    BpfVerifierException(String operation, String log, SystemCallException refusal) {
        super(operation + ": the verifier refused the program:\n" + log, refusal);
        this.log = log;
    }

    /** The verifier's whole log: the instructions it followed and, near the end, the objection. */
    public String log() {
        return log;
    }
}
