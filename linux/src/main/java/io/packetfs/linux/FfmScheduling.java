package io.packetfs.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteOrder;
import java.util.BitSet;

/** {@link Scheduling} by getrusage(2), sched_getaffinity(2) and sched_setaffinity(2). */
final class FfmScheduling implements Scheduling {
    private static final int RUSAGE_SELF = 0;
    private static final int RUSAGE_THREAD = 1;
    private static final int CALLING_THREAD = 0;
    private static final long MASK_BYTES = CPU_COUNT_MAX / Byte.SIZE;

    private static final StructLayout TIMEVAL =
            MemoryLayout.structLayout(JAVA_LONG.withName("tv_sec"), JAVA_LONG.withName("tv_usec"));

    private static final StructLayout RUSAGE = MemoryLayout.structLayout(
            TIMEVAL.withName("ru_utime"),
            TIMEVAL.withName("ru_stime"),
            JAVA_LONG.withName("ru_maxrss"),
            JAVA_LONG.withName("ru_ixrss"),
            JAVA_LONG.withName("ru_idrss"),
            JAVA_LONG.withName("ru_isrss"),
            JAVA_LONG.withName("ru_minflt"),
            JAVA_LONG.withName("ru_majflt"),
            JAVA_LONG.withName("ru_nswap"),
            JAVA_LONG.withName("ru_inblock"),
            JAVA_LONG.withName("ru_oublock"),
            JAVA_LONG.withName("ru_msgsnd"),
            JAVA_LONG.withName("ru_msgrcv"),
            JAVA_LONG.withName("ru_nsignals"),
            JAVA_LONG.withName("ru_nvcsw"),
            JAVA_LONG.withName("ru_nivcsw"));

    private static final long USER_TIME = RUSAGE.byteOffset(PathElement.groupElement("ru_utime"));
    private static final long SYSTEM_TIME = RUSAGE.byteOffset(PathElement.groupElement("ru_stime"));
    private static final long RESIDENT_KIB_MAX = RUSAGE.byteOffset(PathElement.groupElement("ru_maxrss"));
    private static final long MAJOR_FAULTS = RUSAGE.byteOffset(PathElement.groupElement("ru_majflt"));
    private static final long VOLUNTARY_SWITCHES = RUSAGE.byteOffset(PathElement.groupElement("ru_nvcsw"));
    private static final long INVOLUNTARY_SWITCHES = RUSAGE.byteOffset(PathElement.groupElement("ru_nivcsw"));
    private static final long MICROSECONDS = TIMEVAL.byteOffset(PathElement.groupElement("tv_usec"));

    private final MethodHandle getrusage;
    private final MethodHandle getaffinity;
    private final MethodHandle setaffinity;

    FfmScheduling(LibC libC) {
        FunctionDescriptor affinity = FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);
        getrusage = libC.function("getrusage", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
        getaffinity = libC.function("sched_getaffinity", affinity);
        setaffinity = libC.function("sched_setaffinity", affinity);
    }

    @Override
    public ResourceUsage processUsage() {
        return usage(RUSAGE_SELF);
    }

    @Override
    public ResourceUsage threadUsage() {
        return usage(RUSAGE_THREAD);
    }

    @Override
    public BitSet affinity() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = LibC.allocateErrnoState(arena);
            MemorySegment mask = arena.allocate(MASK_BYTES, Long.BYTES);
            int result = (int) getaffinity.invokeExact(state, CALLING_THREAD, MASK_BYTES, mask);
            if (result != 0) {
                throw new SystemCallException("sched_getaffinity(0, " + MASK_BYTES + ")", LibC.errno(state));
            }
            return BitSet.valueOf(mask.asByteBuffer().order(ByteOrder.nativeOrder()));
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    @Override
    public void bindThread(BitSet cpus) {
        if (cpus.isEmpty() || cpus.length() > CPU_COUNT_MAX) {
            throw new IllegalArgumentException("processors " + cpus + " outside 0 to " + (CPU_COUNT_MAX - 1));
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = LibC.allocateErrnoState(arena);
            MemorySegment mask = arena.allocate(MASK_BYTES, Long.BYTES);
            byte[] bytes = cpus.toByteArray();
            MemorySegment.copy(bytes, 0, mask, JAVA_BYTE, 0, bytes.length);
            int result = (int) setaffinity.invokeExact(state, CALLING_THREAD, MASK_BYTES, mask);
            if (result != 0) {
                throw new SystemCallException("sched_setaffinity(0, " + cpus + ")", LibC.errno(state));
            }
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    private ResourceUsage usage(int who) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = LibC.allocateErrnoState(arena);
            MemorySegment usage = arena.allocate(RUSAGE);
            int result = (int) getrusage.invokeExact(state, who, usage);
            if (result != 0) {
                throw new SystemCallException("getrusage(" + who + ")", LibC.errno(state));
            }
            return new ResourceUsage(
                    nanoseconds(usage, USER_TIME),
                    nanoseconds(usage, SYSTEM_TIME),
                    usage.get(JAVA_LONG, RESIDENT_KIB_MAX) * 1024,
                    usage.get(JAVA_LONG, MAJOR_FAULTS),
                    usage.get(JAVA_LONG, VOLUNTARY_SWITCHES),
                    usage.get(JAVA_LONG, INVOLUNTARY_SWITCHES));
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    private static long nanoseconds(MemorySegment usage, long timeval) {
        return usage.get(JAVA_LONG, timeval) * 1_000_000_000 + usage.get(JAVA_LONG, timeval + MICROSECONDS) * 1_000;
    }
}
