package io.ballast.netty.linux.bpf;

import io.ballast.netty.linux.Capability;
import io.ballast.netty.linux.Errno;
import io.ballast.netty.linux.SystemCallException;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which privileges bpf(2) asks for, in messages that name those the calling thread lacks. */
final class BpfPrivileges {

    private static final Set<Capability> NEEDED = EnumSet.of(Capability.BPF, Capability.NET_ADMIN);

    private BpfPrivileges() {}

    static SystemCallException explain(String operation, int number) {
        return new SystemCallException(operation, number, detail(Errno.of(number)));
    }

    private static @Nullable String detail(Errno errno) {
        if (errno != Errno.EPERM && errno != Errno.EACCES) {
            return null;
        }
        Set<Capability> missing = missing(Capability.effective());
        if (missing.isEmpty()) {
            return "all capabilities are there: a seccomp profile, a security module or (before Linux 5.11)"
                    + " the limit of locked memory forbids it";
        }
        return "needs CAP_BPF and CAP_NET_ADMIN, missing: " + missing;
    }

    /** CAP_SYS_ADMIN stands for both, as it did before CAP_BPF was split off in Linux 5.8. */
    static Set<Capability> missing(Set<Capability> effective) {
        EnumSet<Capability> missing = EnumSet.copyOf(NEEDED);
        if (effective.contains(Capability.SYS_ADMIN)) {
            missing.clear();
        }
        missing.removeAll(effective);
        return missing;
    }
}
