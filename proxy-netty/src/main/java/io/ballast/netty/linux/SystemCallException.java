package io.ballast.netty.linux;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The kernel refused an operation. The message has the operation with its arguments, the error and, where it is known,
 * what would help: {@code add local route 10.96.0.10 dev lo: EPERM (Operation not permitted); needs CAP_NET_ADMIN}.
 * Immutable.
 */
public final class SystemCallException extends RuntimeException {
    private final String operation;
    private final int number;
    private final @Nullable String detail;

    public SystemCallException(String operation, int number) {
        this(operation, number, null);
    }

    /** @param detail what the kernel says besides (netlink's extended acknowledgement, a verifier log's end), or null */
    public SystemCallException(String operation, int number, @Nullable String detail) {
        super(operation + ": " + Errno.describe(number) + (detail == null ? "" : "; " + detail));
        this.operation = operation;
        this.number = number;
        this.detail = detail;
    }

    /** As above; a refusal for want of privileges names the capability that is missing. */
    public static SystemCallException needing(Capability capability, String operation, int number) {
        Errno errno = Errno.of(number);
        boolean unprivileged = errno == Errno.EPERM || errno == Errno.EACCES;
        return new SystemCallException(operation, number, unprivileged ? "needs " + capability : null);
    }

    public Errno errno() {
        return Errno.of(number);
    }

    /** The error number itself, also where {@link #errno()} is {@link Errno#OTHER}. */
    public int number() {
        return number;
    }

    public String operation() {
        return operation;
    }

    /** What follows the error in the message: the kernel's own words, or what is missing. */
    public Optional<String> detail() {
        return Optional.ofNullable(detail);
    }
}
