package io.ballast.netty.linux.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Builds eBPF machine code, one method call an instruction, in the encoding of RFC 9669. Jumps name a {@link Label} that
 * may be placed later. Not thread-safe; one assembler makes one program.
 *
 * <pre>{@code
 * BpfAssembler assembler = new BpfAssembler();
 * Label miss = assembler.label("miss");
 * assembler.jumpIf(R0, EQUAL, 0, miss).move(R0, 1).exit();
 * assembler.place(miss).move(R0, 0).exit();
 * byte[] code = assembler.assemble();
 * }</pre>
 */
final class BpfAssembler {

    /** A place in the program to jump to. */
    static final class Label {
        private final String name;

        private Label(String name) {
            this.name = name;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    // Instruction classes and operand kinds, RFC 9669 section 3.
    private static final int LD_IMM64 = 0x18;
    private static final int LOAD_MEMORY = 0x61;
    private static final int STORE_IMMEDIATE = 0x62;
    private static final int STORE_REGISTER = 0x63;
    private static final int JUMP = 0x05;
    private static final int CALL = 0x85;
    private static final int EXIT = 0x95;
    private static final int ALU64 = 0x07;
    private static final int REGISTER_OPERAND = 0x08;
    /** As the source register of a 64 bit load: the constant is a map's descriptor, replaced by its address. */
    private static final int PSEUDO_MAP_FD = 1;

    private final List<BpfInstruction> slots = new ArrayList<>();
    private final Map<Label, Integer> places = new HashMap<>();
    private final Map<Integer, Label> jumps = new TreeMap<>();

    /** A new label, to be put somewhere with {@link #place}. */
    Label label(String name) {
        return new Label(name);
    }

    /** Makes {@code label} stand for the next instruction. */
    BpfAssembler place(Label label) {
        if (places.putIfAbsent(label, slots.size()) != null) {
            throw new IllegalStateException("Label " + label + " is placed twice");
        }
        return this;
    }

    BpfAssembler move(BpfRegister to, BpfRegister from) {
        return compute(to, BpfOperation.MOVE, from);
    }

    BpfAssembler move(BpfRegister to, int constant) {
        return compute(to, BpfOperation.MOVE, constant);
    }

    /** {@code target = target operation operand}, on 64 bits. */
    BpfAssembler compute(BpfRegister target, BpfOperation operation, BpfRegister operand) {
        return add(ALU64 | REGISTER_OPERAND | operation.code(), target.number(), operand.number(), 0, 0);
    }

    /** {@code target = target operation constant}, on 64 bits, the constant sign-extended. */
    BpfAssembler compute(BpfRegister target, BpfOperation operation, int constant) {
        return add(ALU64 | operation.code(), target.number(), 0, 0, constant);
    }

    /** {@code to = *(size *) (base + offset)}, zero-extended. */
    BpfAssembler load(BpfRegister to, BpfSize size, BpfRegister base, int offset) {
        return add(LOAD_MEMORY | size.code(), to.number(), base.number(), offset, 0);
    }

    /** {@code *(size *) (base + offset) = from}. */
    BpfAssembler store(BpfSize size, BpfRegister base, int offset, BpfRegister from) {
        return add(STORE_REGISTER | size.code(), base.number(), from.number(), offset, 0);
    }

    /** {@code *(size *) (base + offset) = constant}. */
    BpfAssembler store(BpfSize size, BpfRegister base, int offset, int constant) {
        return add(STORE_IMMEDIATE | size.code(), base.number(), 0, offset, constant);
    }

    /** Loads the address of the map behind a descriptor of this process; takes two slots. */
    BpfAssembler moveMap(BpfRegister to, int mapFd) {
        add(LD_IMM64, to.number(), PSEUDO_MAP_FD, 0, mapFd);
        return add(0, 0, 0, 0, 0);
    }

    BpfAssembler call(BpfHelper helper) {
        return add(CALL, 0, 0, 0, helper.id());
    }

    BpfAssembler jump(Label target) {
        return jump(JUMP, 0, 0, 0, target);
    }

    BpfAssembler jumpIf(BpfRegister left, BpfCondition condition, BpfRegister right, Label target) {
        return jump(JUMP | REGISTER_OPERAND | condition.code(), left.number(), right.number(), 0, target);
    }

    BpfAssembler jumpIf(BpfRegister left, BpfCondition condition, int constant, Label target) {
        return jump(JUMP | condition.code(), left.number(), 0, constant, target);
    }

    /** Ends the program; its answer is in {@code R0}. */
    BpfAssembler exit() {
        return add(EXIT, 0, 0, 0, 0);
    }

    /** The machine code, with every jump resolved. */
    byte[] assemble() {
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new IllegalStateException("eBPF programs are assembled for little-endian machines only");
        }
        jumps.forEach((slot, label) -> slots.set(slot, resolve(slot, label)));
        ByteBuffer code =
                ByteBuffer.allocate(slots.size() * BpfInstruction.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        slots.forEach(slot -> slot.encode(code));
        return code.array();
    }

    private BpfInstruction resolve(int slot, Label label) {
        Integer place = places.get(label);
        if (place == null) {
            throw new IllegalStateException("Label " + label + " is jumped to but never placed");
        }
        BpfInstruction jump = slots.get(slot);
        // A jump counts from the slot behind it.
        return new BpfInstruction(jump.opcode(), jump.destination(), jump.source(), place - slot - 1, jump.immediate());
    }

    private BpfAssembler jump(int opcode, int destination, int source, int immediate, Label target) {
        jumps.put(slots.size(), target);
        return add(opcode, destination, source, 0, immediate);
    }

    private BpfAssembler add(int opcode, int destination, int source, int offset, int immediate) {
        slots.add(new BpfInstruction(opcode, destination, source, offset, immediate));
        return this;
    }
}
