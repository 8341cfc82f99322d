package io.packetfs.pcpu;

import static java.lang.classfile.TypeKind.INT;
import static java.lang.classfile.TypeKind.LONG;
import static java.lang.constant.ConstantDescs.CD_byte;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import io.packetfs.pcpu.LoopCompiler.Part;
import io.packetfs.pcpu.LoopCompiler.Width;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Writes the code of {@link Loop#pass}: a loop over words, one over the bytes that are left, and between and behind them the counters
 * folded into the state. In both loops an element is loaded, goes through every operation, and is stored if any changed it.
 */
final class PassWriter {
    private static final ClassDesc CD_MATH = Math.class.describeConstable().orElseThrow();
    private static final ClassDesc CD_SEGMENT =
            MemorySegment.class.describeConstable().orElseThrow();
    private static final ClassDesc CD_OF_LONG =
            ValueLayout.OfLong.class.describeConstable().orElseThrow();
    private static final ClassDesc CD_OF_BYTE =
            ValueLayout.OfByte.class.describeConstable().orElseThrow();
    private static final ClassDesc CD_WORD_MATH =
            WordMath.class.describeConstable().orElseThrow();
    private static final ClassDesc CD_LONGS = CD_long.arrayType();
    private static final MethodTypeDesc LONG_OF_LONG = MethodTypeDesc.of(CD_long, CD_long);
    private static final MethodTypeDesc LONG_OF_TWO = MethodTypeDesc.of(CD_long, CD_long, CD_long);
    private static final MethodTypeDesc LONG_OF_THREE = MethodTypeDesc.of(CD_long, CD_long, CD_long, CD_long);
    private static final int BYTE_MASK = 0xff;

    private final CodeBuilder code;
    private final List<Part> parts;
    private final boolean changes;

    private final int memory;
    private final int offset;
    private final int bytes;
    private final int immediates;
    private final int state;
    private final int at;
    private final int wordBytes;
    private final int word;
    private final int value;

    /** For each part the local variables of its counter, and of its immediate in one or two forms. */
    private final int[] counter;

    private final int[] first;
    private final int[] second;

    PassWriter(CodeBuilder code, List<Part> parts) {
        this.code = code;
        this.parts = parts;
        changes = parts.stream().anyMatch(part -> part.kernel().form() == Kernel.Form.CHANGE);
        memory = code.parameterSlot(0);
        offset = code.parameterSlot(1);
        bytes = code.parameterSlot(2);
        immediates = code.parameterSlot(3);
        state = code.parameterSlot(4);
        at = code.allocateLocal(INT);
        wordBytes = code.allocateLocal(INT);
        word = code.allocateLocal(LONG);
        value = code.allocateLocal(INT);
        counter = new int[parts.size()];
        first = new int[parts.size()];
        second = new int[parts.size()];
        for (int i = 0; i < parts.size(); i++) {
            counter[i] = code.allocateLocal(LONG);
            first[i] = code.allocateLocal(LONG);
            second[i] = code.allocateLocal(LONG);
        }
    }

    void write(Width width) {
        code.iconst_0().istore(at);
        if (width == Width.WORD) {
            code.iload(bytes).loadConstant(-Long.BYTES).iand().istore(wordBytes);
            for (int i = 0; i < parts.size(); i++) {
                prepareWords(i);
            }
            loop(wordBytes, Long.BYTES, this::wordStep);
            for (int i = 0; i < parts.size(); i++) {
                foldWords(i);
            }
        }
        for (int i = 0; i < parts.size(); i++) {
            prepareBytes(i);
        }
        loop(bytes, 1, this::byteStep);
        for (int i = 0; i < parts.size(); i++) {
            foldBytes(i);
        }
        code.return_();
    }

    /** {@code for (; at < limit; at += step)}. */
    private void loop(int limit, int step, Runnable body) {
        Label next = code.newLabel();
        Label end = code.newLabel();
        code.labelBinding(next).iload(at).iload(limit).if_icmpge(end);
        body.run();
        code.iinc(at, step).goto_(next);
        code.labelBinding(end);
    }

    private void prepareWords(int i) {
        switch (parts.get(i).kernel()) {
            case XOR, COUNTEQ ->
                immediate(i)
                        .invokestatic(CD_WORD_MATH, "broadcast", LONG_OF_LONG)
                        .lstore(first[i]);
            case ADD -> {
                immediate(i).invokestatic(CD_WORD_MATH, "lower", LONG_OF_LONG).lstore(first[i]);
                immediate(i).invokestatic(CD_WORD_MATH, "upper", LONG_OF_LONG).lstore(second[i]);
            }
            default -> {}
        }
        switch (parts.get(i).kernel()) {
            case COUNTEQ, SUM, MAX -> code.lconst_0().lstore(counter[i]);
            case MIN -> code.loadConstant(Long.MAX_VALUE).lstore(counter[i]);
            case FNV1A64 -> loadState(i).lstore(counter[i]);
            default -> {}
        }
    }

    private void wordStep() {
        code.aload(memory).getstatic(CD_WORD_MATH, "WORD", CD_OF_LONG);
        address()
                .invokeinterface(CD_SEGMENT, "get", MethodTypeDesc.of(CD_long, CD_OF_LONG, CD_long))
                .lstore(word);
        for (int i = 0; i < parts.size(); i++) {
            onWord(i);
        }
        if (changes) {
            code.aload(memory).getstatic(CD_WORD_MATH, "WORD", CD_OF_LONG);
            address()
                    .lload(word)
                    .invokeinterface(CD_SEGMENT, "set", MethodTypeDesc.of(CD_void, CD_OF_LONG, CD_long, CD_long));
        }
    }

    private void onWord(int i) {
        switch (parts.get(i).kernel()) {
            case XOR -> code.lload(word).lload(first[i]).lxor().lstore(word);
            case ADD ->
                code.lload(word)
                        .lload(first[i])
                        .lload(second[i])
                        .invokestatic(CD_WORD_MATH, "add", LONG_OF_THREE)
                        .lstore(word);
            case COUNTEQ ->
                code.lload(counter[i])
                        .lload(word)
                        .lload(first[i])
                        .invokestatic(CD_WORD_MATH, "equalCounts", LONG_OF_TWO)
                        .ladd()
                        .lstore(counter[i]);
            case SUM ->
                code.lload(counter[i])
                        .lload(word)
                        .invokestatic(CD_WORD_MATH, "sums", LONG_OF_LONG)
                        .ladd()
                        .lstore(counter[i]);
            case MIN -> extreme(i, "smallest", "min");
            case MAX -> extreme(i, "largest", "max");
            case HISTOGRAM ->
                code.lload(word)
                        .aload(state)
                        .loadConstant(parts.get(i).slot())
                        .invokestatic(CD_WORD_MATH, "tally", MethodTypeDesc.of(CD_void, CD_long, CD_LONGS, CD_int));
            case FNV1A64 ->
                code.lload(word)
                        .lload(counter[i])
                        .invokestatic(CD_WORD_MATH, "fnv", LONG_OF_TWO)
                        .lstore(counter[i]);
            case CRC32C, COPY, GATHER -> throw new AssertionError(parts.get(i).kernel());
        }
    }

    private void extreme(int i, String ofWord, String ofBoth) {
        code.lload(counter[i])
                .lload(word)
                .invokestatic(CD_WORD_MATH, ofWord, LONG_OF_LONG)
                .invokestatic(CD_MATH, ofBoth, LONG_OF_TWO)
                .lstore(counter[i]);
    }

    private void foldWords(int i) {
        switch (parts.get(i).kernel()) {
            case COUNTEQ -> addToState(i, () -> fold(i, "foldCounts"));
            case SUM -> addToState(i, () -> fold(i, "foldSums"));
            case MIN, MAX -> {
                // Without a single word the counter holds no byte.
                Label none = code.newLabel();
                code.iload(wordBytes).ifeq(none);
                mergeExtreme(i, () -> fold(i, "foldExtreme"));
                code.labelBinding(none);
            }
            case FNV1A64 -> storeState(i, () -> code.lload(counter[i]));
            default -> {}
        }
    }

    private void prepareBytes(int i) {
        switch (parts.get(i).kernel()) {
            case XOR, ADD, COUNTEQ -> immediate(i).lstore(first[i]);
            default -> {}
        }
        switch (parts.get(i).kernel()) {
            case COUNTEQ, SUM -> code.lconst_0().lstore(counter[i]);
            case MIN, MAX, FNV1A64 -> loadState(i).lstore(counter[i]);
            default -> {}
        }
    }

    private void byteStep() {
        code.aload(memory).getstatic(CD_WORD_MATH, "BYTE", CD_OF_BYTE);
        address()
                .invokeinterface(CD_SEGMENT, "get", MethodTypeDesc.of(CD_byte, CD_OF_BYTE, CD_long))
                .loadConstant(BYTE_MASK)
                .iand()
                .istore(value);
        for (int i = 0; i < parts.size(); i++) {
            onByte(i);
        }
        if (changes) {
            code.aload(memory).getstatic(CD_WORD_MATH, "BYTE", CD_OF_BYTE);
            address()
                    .iload(value)
                    .i2b()
                    .invokeinterface(CD_SEGMENT, "set", MethodTypeDesc.of(CD_void, CD_OF_BYTE, CD_long, CD_byte));
        }
    }

    private void onByte(int i) {
        switch (parts.get(i).kernel()) {
            case XOR -> code.iload(value).lload(first[i]).l2i().ixor().istore(value);
            case ADD ->
                code.iload(value)
                        .lload(first[i])
                        .l2i()
                        .iadd()
                        .loadConstant(BYTE_MASK)
                        .iand()
                        .istore(value);
            case COUNTEQ ->
                code.lload(counter[i])
                        .iload(value)
                        .lload(first[i])
                        .l2i()
                        .invokestatic(CD_WORD_MATH, "isEqual", MethodTypeDesc.of(CD_int, CD_int, CD_int))
                        .i2l()
                        .ladd()
                        .lstore(counter[i]);
            case SUM -> code.lload(counter[i]).iload(value).i2l().ladd().lstore(counter[i]);
            case MIN -> byteExtreme(i, "min");
            case MAX -> byteExtreme(i, "max");
            case HISTOGRAM ->
                code.iload(value)
                        .aload(state)
                        .loadConstant(parts.get(i).slot())
                        .invokestatic(CD_WORD_MATH, "tallyByte", MethodTypeDesc.of(CD_void, CD_int, CD_LONGS, CD_int));
            case FNV1A64 ->
                code.iload(value)
                        .lload(counter[i])
                        .invokestatic(CD_WORD_MATH, "fnvByte", MethodTypeDesc.of(CD_long, CD_int, CD_long))
                        .lstore(counter[i]);
            case CRC32C, COPY, GATHER -> throw new AssertionError(parts.get(i).kernel());
        }
    }

    private void byteExtreme(int i, String ofBoth) {
        code.lload(counter[i])
                .iload(value)
                .i2l()
                .invokestatic(CD_MATH, ofBoth, LONG_OF_TWO)
                .lstore(counter[i]);
    }

    private void foldBytes(int i) {
        switch (parts.get(i).kernel()) {
            case COUNTEQ, SUM -> addToState(i, () -> code.lload(counter[i]));
            case MIN, MAX, FNV1A64 -> storeState(i, () -> code.lload(counter[i]));
            default -> {}
        }
    }

    private CodeBuilder fold(int i, String name) {
        return code.lload(counter[i]).invokestatic(CD_WORD_MATH, name, LONG_OF_LONG);
    }

    private void mergeExtreme(int i, Runnable found) {
        String ofBoth = parts.get(i).kernel() == Kernel.MIN ? "min" : "max";
        storeState(i, () -> {
            loadState(i);
            found.run();
            code.invokestatic(CD_MATH, ofBoth, LONG_OF_TWO);
        });
    }

    private void addToState(int i, Runnable summand) {
        storeState(i, () -> {
            loadState(i);
            summand.run();
            code.ladd();
        });
    }

    private CodeBuilder loadState(int i) {
        return code.aload(state).loadConstant(parts.get(i).slot()).laload();
    }

    private void storeState(int i, Runnable number) {
        code.aload(state).loadConstant(parts.get(i).slot());
        number.run();
        code.lastore();
    }

    private CodeBuilder immediate(int i) {
        return code.aload(immediates).loadConstant(parts.get(i).index()).laload();
    }

    private CodeBuilder address() {
        return code.lload(offset).iload(at).i2l().ladd();
    }
}
