package io.packetfs.pcpu;

import io.packetfs.blob.Crc32c;
import io.packetfs.blob.Fnv1a64;
import java.util.List;
import java.util.zip.CRC32C;

/** What one worker has found so far in its part of a schedule. One thread at a time. */
final class RunState {
    /** The state of a minimum, and of a maximum, over no bytes. */
    static final long NO_MINIMUM = 256;

    static final long NO_MAXIMUM = -1;

    /** Behind the counters: two workers' never share a cache line. */
    private static final int PADDING_SLOTS = 16;

    private final Program program;
    private final long[] counters;
    private final CRC32C[] checksums;
    private final long[] crcs;
    private long bytes;

    RunState(Program program) {
        this.program = program;
        counters = new long[program.slotCount() + PADDING_SLOTS];
        checksums = new CRC32C[program.operations().size()];
        crcs = new long[checksums.length];
        List<Operation> operations = program.operations();
        for (int i = 0; i < operations.size(); i++) {
            switch (operations.get(i).kernel()) {
                case MIN -> counters[program.slot(i)] = NO_MINIMUM;
                case MAX -> counters[program.slot(i)] = NO_MAXIMUM;
                case FNV1A64 -> counters[program.slot(i)] = Fnv1a64.OFFSET_BASIS;
                case CRC32C -> checksums[i] = new CRC32C();
                default -> {}
            }
        }
    }

    /** By slot; worked on in place. */
    long[] counters() {
        return counters;
    }

    /** Of the operation at an index, which is a {@link Kernel#CRC32C}. */
    CRC32C checksum(int operation) {
        return checksums[operation];
    }

    void addBytes(long count) {
        bytes += count;
    }

    long bytes() {
        return bytes;
    }

    /** Ends the part: checksums become numbers that can be put together. */
    void finish() {
        for (int i = 0; i < checksums.length; i++) {
            crcs[i] = checksums[i] == null ? 0 : checksums[i].getValue();
        }
    }

    /** Takes in what was found in the part of the schedule that comes next; both are finished. */
    void append(RunState next) {
        List<Operation> operations = program.operations();
        for (int i = 0; i < operations.size(); i++) {
            int slot = program.slot(i);
            switch (operations.get(i).kernel()) {
                case COUNTEQ, SUM -> counters[slot] += next.counters[slot];
                case MIN -> counters[slot] = Math.min(counters[slot], next.counters[slot]);
                case MAX -> counters[slot] = Math.max(counters[slot], next.counters[slot]);
                case HISTOGRAM -> {
                    for (int j = slot; j < slot + Program.HISTOGRAM_SLOTS; j++) {
                        counters[j] += next.counters[j];
                    }
                }
                case CRC32C ->
                    crcs[i] = Integer.toUnsignedLong(Crc32c.combine((int) crcs[i], (int) next.crcs[i], next.bytes));
                case FNV1A64 -> {
                    assert next.bytes == 0 : "a sequential program ran in two parts";
                }
                default -> {}
            }
        }
        bytes += next.bytes;
    }

    Results results() {
        return Results.of(program, counters, crcs, bytes);
    }
}
