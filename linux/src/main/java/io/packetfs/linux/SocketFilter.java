package io.packetfs.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * A program of classic BPF over the payload of a datagram: it has one accumulator, and what it returns chooses the socket. Instructions
 * are added in order; jumps go forward. A load from behind the datagram's end ends the program with 0.
 */
public final class SocketFilter {
    /** The most instructions that the kernel takes. */
    public static final int INSTRUCTIONS_MAX = 4_096;

    private static final int SKIP_MAX = 255;
    private static final int INSTRUCTION_BYTES = 8;
    private static final int PROGRAM_BYTES = 16;
    private static final int PROGRAM_POINTER_OFFSET = 8;

    private static final int LOAD_BYTE_ABSOLUTE = 0x30;
    private static final int AND_CONSTANT = 0x54;
    private static final int JUMP = 0x05;
    private static final int JUMP_IF_EQUAL = 0x15;
    private static final int RETURN_ACCUMULATOR = 0x16;

    private final List<Instruction> instructions = new ArrayList<>();

    private record Instruction(int code, int ifFalse, int operand) {}

    /** Loads the byte at this offset of the payload. */
    public SocketFilter loadByte(int offset) {
        return add(LOAD_BYTE_ABSOLUTE, 0, offset);
    }

    public SocketFilter and(int mask) {
        return add(AND_CONSTANT, 0, mask);
    }

    /** Skips so many instructions, 0 to 255, unless the accumulator is {@code value}. */
    public SocketFilter skipUnlessEqual(int value, int count) {
        return add(JUMP_IF_EQUAL, count, value);
    }

    /** Skips so many instructions. */
    public SocketFilter skip(int count) {
        return add(JUMP, 0, count);
    }

    /** Ends with the accumulator. */
    public SocketFilter returnAccumulator() {
        return add(RETURN_ACCUMULATOR, 0, 0);
    }

    private SocketFilter add(int code, int ifFalse, int operand) {
        if (instructions.size() == INSTRUCTIONS_MAX || ifFalse < 0 || ifFalse > SKIP_MAX) {
            throw new IllegalArgumentException("instruction " + instructions.size() + " skips " + ifFalse);
        }
        instructions.add(new Instruction(code, ifFalse, operand));
        return this;
    }

    /** A struct sock_fprog with its struct sock_filters. */
    MemorySegment write(SegmentAllocator allocator) {
        MemorySegment code = allocator.allocate((long) instructions.size() * INSTRUCTION_BYTES, Long.BYTES);
        for (int i = 0; i < instructions.size(); i++) {
            Instruction instruction = instructions.get(i);
            long at = (long) i * INSTRUCTION_BYTES;
            code.set(ValueLayout.JAVA_SHORT, at, (short) instruction.code());
            code.set(ValueLayout.JAVA_BYTE, at + 3, (byte) instruction.ifFalse());
            code.set(ValueLayout.JAVA_INT, at + 4, instruction.operand());
        }
        MemorySegment program = allocator.allocate(PROGRAM_BYTES, Long.BYTES);
        program.set(ValueLayout.JAVA_SHORT, 0, (short) instructions.size());
        program.set(ValueLayout.JAVA_LONG, PROGRAM_POINTER_OFFSET, code.address());
        return program;
    }

    static long programBytes() {
        return PROGRAM_BYTES;
    }
}
