package io.packetfs.pcpu;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What a pCPU is to be compared with: loops that one would write by hand, and the rate at which memory can be read at all. */
public final class PlainLoop {
    /** Inner loops of this many bytes: their counter is an int, which the JIT compiler handles best. */
    private static final int BLOCK_BYTES = 1 << 16;

    private PlainLoop() {}

    /** Runs a task as one loop over single bytes, its descriptors dealt out to threads in equal parts; no rings, no affinity. */
    public static Results run(Task task, int threads) {
        CompiledProgram program = CompiledProgram.plain(task);
        int parts = task.program().isSequential() ? 1 : threads;
        int[] borders = task.schedule().split(parts);
        List<Callable<RunState>> work = new ArrayList<>();
        long gatherOffset = 0;
        for (int i = 0; i < parts; i++) {
            int from = borders[i];
            int to = borders[i + 1];
            long gatherStart = gatherOffset;
            work.add(() -> {
                RunState state = new RunState(task.program());
                program.run(from, to, gatherStart, state);
                state.finish();
                return state;
            });
            for (int d = from; d < to; d++) {
                gatherOffset += task.schedule().length(d);
            }
        }
        List<RunState> states = all(work);
        states.stream().skip(1).forEach(states.getFirst()::append);
        return states.getFirst().results();
    }

    /**
     * Reads all of {@code memory} once, in threads, and does as little with it as can be: the sum of its words, so that none is left out.
     *
     * @param memory a multiple of 8 bytes; what is left over is not read
     */
    public static long read(MemorySegment memory, int threads) {
        List<Callable<Long>> work = new ArrayList<>();
        long part = memory.byteSize() / threads & -Long.BYTES;
        for (int i = 0; i < threads; i++) {
            MemorySegment range = memory.asSlice(i * part, part);
            work.add(() -> readRange(range));
        }
        return all(work).stream().mapToLong(Long::longValue).sum();
    }

    private static long readRange(MemorySegment range) {
        long sum = 0;
        for (long at = 0; at < range.byteSize(); at += BLOCK_BYTES) {
            sum += readBlock(range, at, (int) Math.min(BLOCK_BYTES, range.byteSize() - at));
        }
        return sum;
    }

    private static long readBlock(MemorySegment range, long start, int bytes) {
        long sum = 0;
        for (int i = 0; i < bytes; i += Long.BYTES) {
            sum += range.get(WordMath.WORD, start + i);
        }
        return sum;
    }

    private static <T> List<T> all(List<Callable<T>> work) {
        try (ExecutorService threads = Executors.newFixedThreadPool(work.size())) {
            List<T> found = new ArrayList<>();
            for (Future<T> future : threads.invokeAll(work)) {
                found.add(future.get());
            }
            return found;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a loop failed: " + e.getCause().getMessage(), e.getCause());
        }
    }
}
