package io.ballast.netty;

import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

import io.ballast.core.testing.ModulePackages;
import org.junit.jupiter.api.Test;

/** Which package of the data plane may know which: the arrows point towards the kernel's interfaces. */
class ArchitectureTest {
    private static final ModulePackages NETTY = ModulePackages.below("io.ballast.netty");

    @Test
    void arrowsPointInwards() {
        NETTY.assertArrows("""
                KernelNumbers:
                linux:
                linux.bpf: linux
                linux.datagram: linux
                linux.netlink: linux
                linux.nft: linux
                linux.uring: linux
                transport: linux
                node: linux linux.netlink
                handover: linux
                intercept: KernelNumbers handover linux linux.bpf linux.netlink node
                clientip: KernelNumbers intercept linux linux.netlink linux.nft node
                tcp: clientip handover linux linux.uring transport
                listener: handover linux tcp transport
                udp: clientip handover intercept linux linux.datagram node tcp transport
                repair:
                .: KernelNumbers clientip handover intercept linux linux.bpf linux.datagram linux.netlink linux.nft listener node \
                   repair tcp transport udp
                capability: . KernelNumbers clientip linux linux.bpf linux.datagram linux.nft linux.uring
                cleanup: . KernelNumbers handover linux linux.bpf linux.netlink linux.nft
                """);
    }

    @Test
    void librariesStayWhereTheyAreWrapped() {
        NETTY.assertLibraries("""
                jnr.: linux linux.bpf linux.datagram linux.netlink linux.nft linux.uring
                io.netty.: . handover listener tcp transport udp
                """);
    }

    @Test
    void everyPackageIsNullMarked() {
        NETTY.assertNullMarked();
    }

    @Test
    void printsNothing() {
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(NETTY.classes());
    }
}
