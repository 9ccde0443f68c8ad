package io.ballast.netty.linux.bpf;

import java.util.Set;

/** Where a client is, as far as the kernel can tell before the handshake. */
public enum SourceClass {
    /** This node itself: it dialled through the loopback interface or from an address declared as the node's. */
    NODE(1),
    /** A pod, by the prefixes and interfaces declared as those of pods. */
    POD(2),
    /** Everyone else. */
    OUTSIDE(4);

    private final int bit;

    SourceClass(int bit) {
        this.bit = bit;
    }

    /** The class as the lookup program has it. */
    int bit() {
        return bit;
    }

    static int mask(Set<SourceClass> classes) {
        return classes.stream().mapToInt(SourceClass::bit).sum();
    }
}
