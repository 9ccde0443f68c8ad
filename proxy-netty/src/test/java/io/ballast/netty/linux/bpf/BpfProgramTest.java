package io.ballast.netty.linux.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ballast.core.testing.RequiresKernel;
import io.ballast.core.testing.RequiresRoot;
import org.junit.jupiter.api.Test;

@RequiresRoot
@RequiresKernel("5.9")
class BpfProgramTest {

    @Test
    void loadsWhatTheVerifierAccepts() {
        byte[] code = new BpfAssembler().move(BpfRegister.R0, 1).exit().assemble();

        try (BpfProgram program = BpfProgram.load("passes_all", code)) {
            assertThat(program.id()).isPositive();
        }
    }

    @Test
    void showsWhatTheVerifierObjectsTo() {
        byte[] code = new BpfAssembler().exit().assemble();

        assertThatExceptionOfType(BpfVerifierException.class)
                .isThrownBy(() -> BpfProgram.load("no_answer", code))
                .withMessageContaining("load eBPF program no_answer: the verifier refused the program")
                .satisfies(e -> assertThat(e.log()).contains("R0 !read_ok"));
    }

    @Test
    void loadsTheSocketLookupProgram() {
        try (SocketLookupMaps maps = SocketLookupMaps.create();
                BpfProgram program = SocketLookupProgram.load(maps)) {
            assertThat(program.id()).isPositive();
        }
    }
}
