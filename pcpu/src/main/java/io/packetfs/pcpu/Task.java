package io.packetfs.pcpu;

import io.packetfs.pcpu.RefusedException.Reason;
import java.lang.foreign.MemorySegment;

/**
 * A program, a schedule and the memory that it may touch, checked against each other (spec: PCP-3): whoever holds one may run it without
 * looking again. The only way to a run, for programs of this process and of peers. Immutable.
 */
public final class Task {
    private final Program program;
    private final Schedule schedule;
    private final MemorySegment memory;
    private final MemorySegment target;

    private Task(Program program, Schedule schedule, MemorySegment memory, MemorySegment target) {
        this.program = program;
        this.schedule = schedule;
        this.memory = memory;
        this.target = target;
    }

    /**
     * Admits a program that needs no target.
     *
     * @throws RefusedException with the first thing that is not allowed
     */
    public static Task admit(Program program, Schedule schedule, MemorySegment memory, RunLimits limits)
            throws RefusedException {
        return admit(program, schedule, memory, MemorySegment.NULL, limits);
    }

    /**
     * Admits a program.
     *
     * @param memory what descriptors address, from 0
     * @param target where copy and gather write; shares no byte with {@code memory}
     * @throws RefusedException with the first thing that is not allowed
     */
    public static Task admit(
            Program program, Schedule schedule, MemorySegment memory, MemorySegment target, RunLimits limits)
            throws RefusedException {
        checkLimits(program, schedule, limits);
        checkDescriptors(program, schedule, memory, limits);
        if (program.changesBytes() && memory.isReadOnly()) {
            throw new RefusedException(Reason.READ_ONLY, program + " changes bytes, and the blob is open for reading");
        }
        if (program.changesBytes() && schedule.overlaps()) {
            throw new RefusedException(
                    Reason.OVERLAP, program + " changes bytes, and some of them are in two descriptors");
        }
        if (program.needsTarget()) {
            checkTarget(program, schedule, memory, target);
        }
        return new Task(program, schedule, memory, target);
    }

    public Program program() {
        return program;
    }

    public Schedule schedule() {
        return schedule;
    }

    MemorySegment memory() {
        return memory;
    }

    MemorySegment target() {
        return target;
    }

    private static void checkLimits(Program program, Schedule schedule, RunLimits limits) throws RefusedException {
        if (program.operations().size() > limits.operationCountMax()) {
            throw new RefusedException(
                    Reason.TOO_MANY_OPERATIONS,
                    program.operations().size() + " operations, and " + limits.operationCountMax() + " are allowed");
        }
        if (schedule.count() > limits.descriptorCountMax()) {
            throw new RefusedException(
                    Reason.TOO_MANY_DESCRIPTORS,
                    schedule.count() + " descriptors, and " + limits.descriptorCountMax() + " are allowed");
        }
    }

    private static void checkDescriptors(Program program, Schedule schedule, MemorySegment memory, RunLimits limits)
            throws RefusedException {
        long allowed = limits.bytesMax() / program.operations().size();
        long sum = 0;
        for (int i = 0; i < schedule.count(); i++) {
            long offset = schedule.offset(i);
            int length = schedule.length(i);
            if (offset < 0 || length < 0) {
                throw new RefusedException(
                        Reason.BAD_DESCRIPTOR,
                        "descriptor " + i + " has offset " + Long.toUnsignedString(offset) + " and length "
                                + Integer.toUnsignedString(length) + ", beyond all memory");
            }
            if (length > memory.byteSize() || offset > memory.byteSize() - length) {
                throw new RefusedException(
                        Reason.OUTSIDE_BLOB,
                        "descriptor " + i + ", " + length + " bytes from " + offset + ", is outside the blob of "
                                + memory.byteSize() + " bytes");
            }
            sum += length;
            if (sum > allowed) {
                throw new RefusedException(
                        Reason.TOO_MUCH_WORK,
                        "descriptors 0 to " + i + " hold " + sum + " bytes, and " + allowed + " are allowed for "
                                + program.operations().size() + " operations");
            }
        }
    }

    private static void checkTarget(Program program, Schedule schedule, MemorySegment memory, MemorySegment target)
            throws RefusedException {
        long needed = program.has(Kernel.GATHER) ? schedule.totalBytes() : furthestEnd(schedule);
        if (target.byteSize() < needed) {
            throw new RefusedException(
                    Reason.TARGET, "the target has " + target.byteSize() + " bytes, and " + needed + " are needed");
        }
        if (needed > 0 && target.isReadOnly()) {
            throw new RefusedException(Reason.TARGET, "the target is open for reading");
        }
        if (needed > 0 && memory.asOverlappingSlice(target).isPresent()) {
            throw new RefusedException(Reason.TARGET, "the target is part of the blob");
        }
    }

    private static long furthestEnd(Schedule schedule) {
        long end = 0;
        for (int i = 0; i < schedule.count(); i++) {
            end = Math.max(end, schedule.length(i) == 0 ? 0 : schedule.offset(i) + schedule.length(i));
        }
        return end;
    }
}
