package io.ballast.netty.linux.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresKernel;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.linux.NetworkNamespaces;
import io.ballast.netty.linux.SystemCallException;
import io.ballast.netty.testing.NetworkNamespace;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@RequiresRoot
@RequiresCommand({"ip", "nsenter", "sysctl"})
@RequiresKernel("5.9")
class BpfLinkTest {

    private final NetworkNamespace namespace = NetworkNamespace.create();
    private final BpfProgram program = BpfProgram.load(
            "passes_all", new BpfAssembler().move(BpfRegister.R0, 1).exit().assemble());

    @AfterEach
    void close() {
        program.close();
        namespace.close();
    }

    @Test
    void attachesToTheNamespaceOfTheThreadUntilItIsClosed() throws Exception {
        namespace.run(() -> {
            try (BpfLink link = BpfLink.attach(program)) {
                assertThat(BpfLink.attachedPrograms()).isEqualTo(List.of(program.id()));
                assertThat(link.namespace()).isEqualTo(NetworkNamespaces.inode());
            }
            assertThat(BpfLink.attachedPrograms()).isEmpty();
            return null;
        });
    }

    @Test
    void detachesAtOnce() throws Exception {
        try (BpfLink link = namespace.run(() -> BpfLink.attach(program))) {
            link.detach();

            assertThat(namespace.run(BpfLink::attachedPrograms)).isEmpty();
            assertThat(link.namespace()).isZero();
        }
    }

    @Test
    void putsAnotherProgramInThePlaceOfTheFirst() throws Exception {
        try (BpfLink link = namespace.run(() -> BpfLink.attach(program));
                BpfProgram other = BpfProgram.load(
                        "drops_all",
                        new BpfAssembler().move(BpfRegister.R0, 0).exit().assemble())) {
            link.update(other);

            assertThat(namespace.run(BpfLink::attachedPrograms)).isEqualTo(List.of(other.id()));
        }
    }

    @Test
    void knowsThatItsNamespaceIsGone() throws Exception {
        NetworkNamespace shortLived = NetworkNamespace.create();
        try (BpfLink link = shortLived.run(() -> BpfLink.attach(program))) {
            shortLived.close();

            // The kernel takes namespaces down in the background.
            while (link.namespace() != 0) {
                Thread.onSpinWait();
            }
            assertThatExceptionOfType(SystemCallException.class)
                    .isThrownBy(() -> link.update(program))
                    .withMessageContaining("put eBPF program passes_all");
        }
    }
}
