package io.packetfs.pcpu;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.packetfs.blob.Fnv1a64;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * What programs mean, written down as plainly as can be: descriptor after descriptor, operation after operation, byte after byte. The
 * generated loops are compared with it. Slow.
 */
public final class ScalarTwin {
    private ScalarTwin() {}

    /** Runs a task on the calling thread. */
    public static Results run(Task task) {
        RunState state = new RunState(task.program());
        List<Operation> operations = task.program().operations();
        for (int d = 0; d < task.schedule().count(); d++) {
            for (int i = 0; i < operations.size(); i++) {
                apply(operations.get(i), i, task, d, state);
            }
            state.addBytes(task.schedule().length(d));
        }
        state.finish();
        return state.results();
    }

    private static void apply(Operation operation, int index, Task task, int descriptor, RunState state) {
        MemorySegment memory = task.memory();
        long offset = task.schedule().offset(descriptor);
        int length = task.schedule().length(descriptor);
        long[] counters = state.counters();
        int slot = task.program().slot(index);
        for (int i = 0; i < length; i++) {
            long at = offset + i;
            int value = memory.get(JAVA_BYTE, at) & 0xff;
            switch (operation.kernel()) {
                case XOR -> memory.set(JAVA_BYTE, at, (byte) (value ^ operation.immediate()));
                case ADD -> memory.set(JAVA_BYTE, at, (byte) (value + operation.immediate()));
                case COUNTEQ -> counters[slot] += value == operation.immediate() ? 1 : 0;
                case SUM -> counters[slot] += value;
                case MIN -> counters[slot] = Math.min(counters[slot], value);
                case MAX -> counters[slot] = Math.max(counters[slot], value);
                case HISTOGRAM -> counters[slot + value]++;
                case CRC32C -> state.checksum(index).update(value);
                case FNV1A64 -> counters[slot] = (counters[slot] ^ value) * Fnv1a64.PRIME;
                case COPY -> task.target().set(JAVA_BYTE, at, (byte) value);
                case GATHER -> task.target().set(JAVA_BYTE, state.bytes() + i, (byte) value);
            }
        }
    }
}
