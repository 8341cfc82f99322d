package io.packetfs.afxdp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes BPF instructions (RFC 9669). Jumps name a label, which is placed later: all jumps go forward. Registers are numbers from 0 to
 * 10.
 */
final class BpfCode {
    static final int INSTRUCTION_BYTES = 8;

    private static final int LOAD_BYTE = 0x71;
    private static final int LOAD_HALF = 0x69;
    private static final int LOAD_WORD = 0x61;
    private static final int LOAD_IMMEDIATE_64 = 0x18;
    private static final int ADD_IMMEDIATE = 0x07;
    private static final int AND_IMMEDIATE = 0x57;
    private static final int MOVE_IMMEDIATE = 0xb7;
    private static final int MOVE_REGISTER = 0xbf;
    private static final int JUMP = 0x05;
    private static final int JUMP_IF_EQUAL = 0x15;
    private static final int JUMP_IF_GREATER_REGISTER = 0x2d;
    private static final int JUMP_UNLESS_EQUAL_32 = 0x56;
    private static final int CALL = 0x85;
    private static final int EXIT = 0x95;
    private static final int PSEUDO_MAP_DESCRIPTOR = 1;

    private final List<Instruction> instructions = new ArrayList<>();
    private final Map<String, Integer> labels = new HashMap<>();

    private record Instruction(int code, int target, int source, int offset, int immediate, String label) {}

    BpfCode loadByte(int target, int base, int offset) {
        return add(LOAD_BYTE, target, base, offset, 0, null);
    }

    /** Loads 16 bits as they lie in memory: a big-endian number comes out with its bytes swapped. */
    BpfCode loadHalf(int target, int base, int offset) {
        return add(LOAD_HALF, target, base, offset, 0, null);
    }

    BpfCode loadWord(int target, int base, int offset) {
        return add(LOAD_WORD, target, base, offset, 0, null);
    }

    /** Loads the address of a map that is open in this process. */
    BpfCode loadMap(int target, int descriptor) {
        add(LOAD_IMMEDIATE_64, target, PSEUDO_MAP_DESCRIPTOR, 0, descriptor, null);
        return add(0, 0, 0, 0, 0, null);
    }

    BpfCode add(int target, int immediate) {
        return add(ADD_IMMEDIATE, target, 0, 0, immediate, null);
    }

    BpfCode and(int target, int immediate) {
        return add(AND_IMMEDIATE, target, 0, 0, immediate, null);
    }

    BpfCode move(int target, int source) {
        return add(MOVE_REGISTER, target, source, 0, 0, null);
    }

    BpfCode set(int target, int immediate) {
        return add(MOVE_IMMEDIATE, target, 0, 0, immediate, null);
    }

    BpfCode jump(String label) {
        return add(JUMP, 0, 0, 0, 0, label);
    }

    BpfCode jumpIfEqual(int register, int immediate, String label) {
        return add(JUMP_IF_EQUAL, register, 0, 0, immediate, label);
    }

    /** Compares the lower 32 bits. */
    BpfCode jumpUnlessEqual(int register, int immediate, String label) {
        return add(JUMP_UNLESS_EQUAL_32, register, 0, 0, immediate, label);
    }

    BpfCode jumpIfGreater(int register, int other, String label) {
        return add(JUMP_IF_GREATER_REGISTER, register, other, 0, 0, label);
    }

    BpfCode call(int helper) {
        return add(CALL, 0, 0, 0, helper, null);
    }

    BpfCode exit() {
        return add(EXIT, 0, 0, 0, 0, null);
    }

    /** Places a label before the next instruction. */
    BpfCode label(String name) {
        if (labels.put(name, instructions.size()) != null) {
            throw new IllegalStateException("label " + name + " stands twice");
        }
        return this;
    }

    /** The instructions as the kernel of a little-endian machine reads them. */
    byte[] bytes() {
        ByteBuffer bytes =
                ByteBuffer.allocate(instructions.size() * INSTRUCTION_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < instructions.size(); i++) {
            Instruction instruction = instructions.get(i);
            bytes.put((byte) instruction.code())
                    .put((byte) (instruction.source() << 4 | instruction.target()))
                    .putShort((short) (instruction.label() == null ? instruction.offset() : distance(i)))
                    .putInt(instruction.immediate());
        }
        return bytes.array();
    }

    private int distance(int from) {
        String name = instructions.get(from).label();
        Integer to = labels.get(name);
        if (to == null || to <= from) {
            throw new IllegalStateException("label " + name + " does not stand behind instruction " + from);
        }
        return to - from - 1;
    }

    private BpfCode add(int code, int target, int source, int offset, int immediate, String label) {
        instructions.add(new Instruction(code, target, source, offset, immediate, label));
        return this;
    }
}
