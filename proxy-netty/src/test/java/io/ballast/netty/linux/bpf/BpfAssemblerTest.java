package io.ballast.netty.linux.bpf;

import static io.ballast.netty.linux.bpf.BpfCondition.ANY_BIT_SET;
import static io.ballast.netty.linux.bpf.BpfCondition.EQUAL;
import static io.ballast.netty.linux.bpf.BpfCondition.GREATER;
import static io.ballast.netty.linux.bpf.BpfCondition.NOT_EQUAL;
import static io.ballast.netty.linux.bpf.BpfCondition.SIGNED_LESS;
import static io.ballast.netty.linux.bpf.BpfOperation.ADD;
import static io.ballast.netty.linux.bpf.BpfOperation.AND;
import static io.ballast.netty.linux.bpf.BpfOperation.SHIFT_RIGHT;
import static io.ballast.netty.linux.bpf.BpfOperation.XOR;
import static io.ballast.netty.linux.bpf.BpfRegister.R0;
import static io.ballast.netty.linux.bpf.BpfRegister.R1;
import static io.ballast.netty.linux.bpf.BpfRegister.R10;
import static io.ballast.netty.linux.bpf.BpfRegister.R2;
import static io.ballast.netty.linux.bpf.BpfRegister.R6;
import static io.ballast.netty.linux.bpf.BpfRegister.R7;
import static io.ballast.netty.linux.bpf.BpfRegister.R9;
import static io.ballast.netty.linux.bpf.BpfSize.BYTE;
import static io.ballast.netty.linux.bpf.BpfSize.DOUBLE_WORD;
import static io.ballast.netty.linux.bpf.BpfSize.HALF_WORD;
import static io.ballast.netty.linux.bpf.BpfSize.WORD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.ballast.netty.linux.bpf.BpfAssembler.Label;
import java.util.HexFormat;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Expected bytes are worked out by hand from the tables of RFC 9669, or are what the kernel's own samples contain. */
class BpfAssemblerTest {

    static Stream<Arguments> instructions() {
        return Stream.of(
                one("r0 = 1", a -> a.move(R0, 1), "b7 00 0000 01000000"),
                one("r0 = -1", a -> a.move(R0, -1), "b7 00 0000 ffffffff"),
                one("r6 = r1", a -> a.move(R6, R1), "bf 16 0000 00000000"),
                one("r2 = r10", a -> a.move(R2, R10), "bf a2 0000 00000000"),
                one("r2 += -20", a -> a.compute(R2, ADD, -20), "07 02 0000 ecffffff"),
                one("r1 += r2", a -> a.compute(R1, ADD, R2), "0f 21 0000 00000000"),
                one("r7 &= 255", a -> a.compute(R7, AND, 255), "57 07 0000 ff000000"),
                one("r7 >>= 32", a -> a.compute(R7, SHIFT_RIGHT, 32), "77 07 0000 20000000"),
                one("r9 ^= r0", a -> a.compute(R9, XOR, R0), "af 09 0000 00000000"),
                one("r1 = *(u32 *)(r6 + 60)", a -> a.load(R1, WORD, R6, 60), "61 61 3c00 00000000"),
                one("r1 = *(u16 *)(r6 + 36)", a -> a.load(R1, HALF_WORD, R6, 36), "69 61 2400 00000000"),
                one("r1 = *(u8 *)(r6 - 1)", a -> a.load(R1, BYTE, R6, -1), "71 61 ffff 00000000"),
                one("r1 = *(u64 *)(r6 + 0)", a -> a.load(R1, DOUBLE_WORD, R6, 0), "79 61 0000 00000000"),
                one("*(u32 *)(r10 - 8) = r1", a -> a.store(WORD, R10, -8, R1), "63 1a f8ff 00000000"),
                one("*(u64 *)(r10 - 16) = 0", a -> a.store(DOUBLE_WORD, R10, -16, 0), "7a 0a f0ff 00000000"),
                one("*(u16 *)(r10 - 2) = 6", a -> a.store(HALF_WORD, R10, -2, 6), "6a 0a feff 06000000"),
                one("*(u8 *)(r10 - 1) = r0", a -> a.store(BYTE, R10, -1, R0), "73 0a ffff 00000000"),
                one("r1 = map fd 7", a -> a.moveMap(R1, 7), "18 11 0000 07000000 00 00 0000 00000000"),
                one("call map_lookup_elem", a -> a.call(BpfHelper.MAP_LOOKUP_ELEM), "85 00 0000 01000000"),
                one("call sk_release", a -> a.call(BpfHelper.SK_RELEASE), "85 00 0000 56000000"),
                one("call sk_assign", a -> a.call(BpfHelper.SK_ASSIGN), "85 00 0000 7c000000"),
                one("exit", BpfAssembler::exit, "95 00 0000 00000000"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("instructions")
    void encodes(String meaning, UnaryOperator<BpfAssembler> instruction, String expected) {
        assertThat(hex(instruction.apply(new BpfAssembler()))).isEqualTo(expected.replace(" ", ""));
    }

    @Test
    void countsJumpsFromTheInstructionBehindThem() {
        BpfAssembler assembler = new BpfAssembler();
        Label end = assembler.label("end");
        Label start = assembler.label("start");

        assembler.place(start).jumpIf(R1, EQUAL, 2, end);
        assembler.jumpIf(R1, NOT_EQUAL, R2, end);
        assembler.jumpIf(R7, ANY_BIT_SET, R9, end);
        assembler.jumpIf(R1, GREATER, -1, start);
        assembler.jumpIf(R1, SIGNED_LESS, 0, end);
        assembler.jump(end);
        assembler.place(end).exit();

        assertThat(hex(assembler))
                .isEqualTo("15010500020000005d210400000000004d9703000000000025" + "01fcffffffffff"
                        + "c5010100000000000500000000000000" + "9500000000000000");
    }

    @Test
    void countsBothSlotsOfAWideLoadInAJump() {
        BpfAssembler assembler = new BpfAssembler();
        Label end = assembler.label("end");

        assembler.jump(end).moveMap(R1, 3).place(end).exit();

        assertThat(hex(assembler)).startsWith("0500020000000000");
    }

    @Test
    void assemblesTheSameCodeTwice() {
        BpfAssembler assembler = new BpfAssembler();
        Label end = assembler.label("end");
        assembler.jump(end).move(R0, 0).place(end).exit();

        assertThat(assembler.assemble()).isEqualTo(assembler.assemble());
    }

    @Test
    void refusesAJumpToALabelThatIsNowhere() {
        BpfAssembler assembler = new BpfAssembler();
        assembler.jump(assembler.label("nowhere")).exit();

        assertThatIllegalStateException().isThrownBy(assembler::assemble).withMessageContaining("nowhere");
    }

    @Test
    void refusesALabelPlacedTwice() {
        BpfAssembler assembler = new BpfAssembler();
        Label here = assembler.label("here");
        assembler.place(here).exit();

        assertThatIllegalStateException()
                .isThrownBy(() -> assembler.place(here))
                .withMessageContaining("twice");
    }

    @Test
    void refusesAnOffsetBeyondSixteenBits() {
        BpfAssembler assembler = new BpfAssembler();

        assertThatIllegalArgumentException().isThrownBy(() -> assembler.load(R0, WORD, R1, 40_000));
    }

    private static Arguments one(String meaning, UnaryOperator<BpfAssembler> instruction, String expected) {
        return Arguments.of(meaning, instruction, expected);
    }

    private static String hex(BpfAssembler assembler) {
        return HexFormat.of().formatHex(assembler.assemble());
    }
}
