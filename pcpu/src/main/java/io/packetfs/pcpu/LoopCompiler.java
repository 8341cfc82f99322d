package io.packetfs.pcpu;

import static java.lang.classfile.TypeKind.INT;
import static java.lang.classfile.TypeKind.LONG;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Generates {@link Loop}s as classes. A class depends on the kernels and their order alone: immediates are arguments, so that programs
 * that differ in nothing else share a loop which is compiled already, and a peer that sends many programs makes few classes. Any thread
 * may call.
 */
final class LoopCompiler {
    /** What a pass works on at a time. */
    enum Width {
        /** Eight bytes, and what is left byte by byte. */
        WORD,
        /** One byte: the loop that one would write by hand. */
        BYTE
    }

    /** Loops that are remembered; the one used longest ago is forgotten, and unloaded when nobody runs it any more. */
    static final int LOOPS_MAX = 128;

    private static final ClassDesc CD_LOOP = Loop.class.describeConstable().orElseThrow();
    private static final ClassDesc CD_SEGMENT =
            MemorySegment.class.describeConstable().orElseThrow();
    private static final ClassDesc CD_MATH = Math.class.describeConstable().orElseThrow();
    private static final ClassDesc CD_LONGS = CD_long.arrayType();
    private static final ClassDesc CD_INTS = CD_int.arrayType();
    private static final ClassDesc CD_SELF = ClassDesc.of(LoopCompiler.class.getPackageName(), "GeneratedLoop");
    private static final MethodTypeDesc PASS =
            MethodTypeDesc.of(CD_void, CD_SEGMENT, CD_long, CD_int, CD_LONGS, CD_LONGS);
    private static final MethodTypeDesc RUN =
            MethodTypeDesc.of(CD_void, CD_SEGMENT, CD_LONGS, CD_INTS, CD_int, CD_int, CD_LONGS, CD_LONGS);

    private static final Map<Shape, Loop> LOOPS = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Shape, Loop> eldest) {
            return size() > LOOPS_MAX;
        }
    };

    private LoopCompiler() {}

    /**
     * A kernel and where it finds its immediate and its counters.
     *
     * @param index of its operation, and so of its immediate
     * @param slot of its first counter
     */
    record Part(Kernel kernel, int index, int slot) {}

    private record Shape(Width width, List<Part> parts) {}

    /** The loop for elementwise operations in this order. */
    static Loop loop(List<Part> parts, Width width) {
        synchronized (LOOPS) {
            return LOOPS.computeIfAbsent(new Shape(width, List.copyOf(parts)), LoopCompiler::generate);
        }
    }

    private static Loop generate(Shape shape) {
        byte[] bytes = ClassFile.of()
                .build(
                        CD_SELF,
                        builder -> builder.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER)
                                .withInterfaceSymbols(CD_LOOP)
                                .withMethodBody(
                                        INIT_NAME,
                                        MTD_void,
                                        0,
                                        code -> code.aload(0)
                                                .invokespecial(CD_Object, INIT_NAME, MTD_void)
                                                .return_())
                                .withMethodBody(
                                        "pass",
                                        PASS,
                                        ClassFile.ACC_PUBLIC,
                                        code -> new PassWriter(code, shape.parts()).write(shape.width()))
                                .withMethodBody("run", RUN, ClassFile.ACC_PUBLIC, LoopCompiler::writeRun));
        try {
            MethodHandles.Lookup generated = MethodHandles.lookup().defineHiddenClass(bytes, true);
            return (Loop) generated
                    .findConstructor(generated.lookupClass(), MethodType.methodType(void.class))
                    .invoke();
        } catch (Throwable e) {
            throw new AssertionError("a generated loop is no class", e);
        }
    }

    /** {@code for (d = from; d < to; d++) for (rest of descriptor d, PASS_BYTES_MAX at a time) pass(...)}. */
    private static void writeRun(CodeBuilder code) {
        int descriptor = code.parameterSlot(3); // counts up in place
        int to = code.parameterSlot(4);
        int offset = code.allocateLocal(LONG);
        int rest = code.allocateLocal(INT);
        int bytes = code.allocateLocal(INT);
        Label nextDescriptor = code.newLabel();
        Label nextPass = code.newLabel();
        Label done = code.newLabel();
        Label end = code.newLabel();
        code.labelBinding(nextDescriptor).iload(descriptor).iload(to).if_icmpge(end);
        code.aload(code.parameterSlot(1)).iload(descriptor).laload().lstore(offset);
        code.aload(code.parameterSlot(2)).iload(descriptor).iaload().istore(rest);
        code.labelBinding(nextPass).iload(rest).ifle(done);
        code.iload(rest)
                .loadConstant(Loop.PASS_BYTES_MAX)
                .invokestatic(CD_MATH, "min", MethodTypeDesc.of(CD_int, CD_int, CD_int))
                .istore(bytes);
        code.aload(0)
                .aload(code.parameterSlot(0))
                .lload(offset)
                .iload(bytes)
                .aload(code.parameterSlot(5))
                .aload(code.parameterSlot(6))
                .invokevirtual(CD_SELF, "pass", PASS);
        code.lload(offset).iload(bytes).i2l().ladd().lstore(offset);
        code.iload(rest).iload(bytes).isub().istore(rest).goto_(nextPass);
        code.labelBinding(done).iinc(descriptor, 1).goto_(nextDescriptor);
        code.labelBinding(end).return_();
    }
}
