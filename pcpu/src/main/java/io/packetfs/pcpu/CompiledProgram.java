package io.packetfs.pcpu;

import io.packetfs.pcpu.LoopCompiler.Part;
import io.packetfs.pcpu.LoopCompiler.Width;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A task made ready to run: its elementwise operations fused into loops, and what cannot be fused (CRC-32C, which the processor has
 * instructions for, and stores to the target) between them, block by block while the block is in the cache. So memory is read once.
 *
 * <p>Several threads may run parts of it, each with its own {@link RunState}.
 */
final class CompiledProgram {
    /** Bytes that go through one step before the next; they and the target's fit the first cache. */
    private static final int BLOCK_BYTES = 1 << 14;

    private static final int WINDOW_SHIFT = 30;

    private final Task task;
    private final List<Step> steps;
    private final Loop only;
    private final long[] immediates;
    private final ByteBuffer[] windows;

    private CompiledProgram(Task task, Width width) {
        this.task = task;
        Program program = task.program();
        immediates =
                program.operations().stream().mapToLong(Operation::immediate).toArray();
        steps = steps(program, width);
        only = steps.size() == 1 && steps.getFirst() instanceof LoopStep step ? step.loop() : null;
        windows = program.has(Kernel.CRC32C) ? windows(task.memory()) : new ByteBuffer[0];
    }

    static CompiledProgram of(Task task) {
        return new CompiledProgram(task, Width.WORD);
    }

    /** The loop that one would write by hand, a byte at a time, for comparisons. */
    static CompiledProgram plain(Task task) {
        return new CompiledProgram(task, Width.BYTE);
    }

    Task task() {
        return task;
    }

    /**
     * Runs the descriptors from {@code from} to before {@code to}.
     *
     * @param gatherOffset where in the target the first of them is gathered to
     */
    void run(int from, int to, long gatherOffset, RunState state) {
        Schedule schedule = task.schedule();
        if (only != null) {
            only.run(task.memory(), schedule.offsets(), schedule.lengths(), from, to, immediates, state.counters());
            for (int i = from; i < to; i++) {
                state.addBytes(schedule.length(i));
            }
            return;
        }
        long gathered = gatherOffset;
        for (int i = from; i < to; i++) {
            long end = schedule.offset(i) + schedule.length(i);
            for (long at = schedule.offset(i); at < end; at += BLOCK_BYTES) {
                int bytes = (int) Math.min(BLOCK_BYTES, end - at);
                for (Step step : steps) {
                    step.onBlock(at, bytes, gathered, state);
                }
                gathered += bytes;
                state.addBytes(bytes);
            }
        }
    }

    /** What is done with a block before the next step gets it. */
    private sealed interface Step {
        void onBlock(long offset, int bytes, long gatherOffset, RunState state);
    }

    private final class LoopStep implements Step {
        private final Loop loop;

        LoopStep(Loop loop) {
            this.loop = loop;
        }

        Loop loop() {
            return loop;
        }

        @Override
        public void onBlock(long offset, int bytes, long gatherOffset, RunState state) {
            loop.pass(task.memory(), offset, bytes, immediates, state.counters());
        }
    }

    private final class ChecksumStep implements Step {
        private final int operation;

        ChecksumStep(int operation) {
            this.operation = operation;
        }

        @Override
        public void onBlock(long offset, int bytes, long gatherOffset, RunState state) {
            // Views of one buffer would be changed by several threads; a duplicate stays on the stack.
            ByteBuffer window = windows[(int) (offset >>> WINDOW_SHIFT)].duplicate();
            int start = (int) (offset & (1L << WINDOW_SHIFT) - 1);
            state.checksum(operation).update(window.limit(start + bytes).position(start));
        }
    }

    private final class StoreStep implements Step {
        private final boolean gather;

        StoreStep(boolean gather) {
            this.gather = gather;
        }

        @Override
        public void onBlock(long offset, int bytes, long gatherOffset, RunState state) {
            MemorySegment.copy(task.memory(), offset, task.target(), gather ? gatherOffset : offset, bytes);
        }
    }

    private List<Step> steps(Program program, Width width) {
        List<Step> made = new ArrayList<>();
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < program.operations().size(); i++) {
            Kernel kernel = program.operations().get(i).kernel();
            if (kernel.isElementwise()) {
                parts.add(new Part(kernel, i, program.slot(i)));
                continue;
            }
            addLoop(made, parts, width);
            made.add(kernel == Kernel.CRC32C ? new ChecksumStep(i) : new StoreStep(kernel == Kernel.GATHER));
        }
        addLoop(made, parts, width);
        return List.copyOf(made);
    }

    private void addLoop(List<Step> made, List<Part> parts, Width width) {
        if (!parts.isEmpty()) {
            made.add(new LoopStep(LoopCompiler.loop(parts, width)));
            parts.clear();
        }
    }

    /** Buffers of at most 2^30 bytes, and what a block that starts in one may reach beyond. */
    private static ByteBuffer[] windows(MemorySegment memory) {
        int count = (int) ((memory.byteSize() >>> WINDOW_SHIFT) + 1);
        ByteBuffer[] windows = new ByteBuffer[count];
        for (int i = 0; i < count; i++) {
            long start = (long) i << WINDOW_SHIFT;
            long bytes = Math.min((1L << WINDOW_SHIFT) + BLOCK_BYTES, memory.byteSize() - start);
            windows[i] = memory.asSlice(start, bytes).asByteBuffer();
        }
        return windows;
    }
}
