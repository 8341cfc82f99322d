package io.packetfs.linux;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Calls of the kernel by number that read memory of the heap in place. The garbage collector waits for such a call, as does all else that
 * stops threads, so it must be one that does not block.
 *
 * <p>Apart from {@link SystemCalls}, because the JVM makes another adapter for them, some milliseconds of work when this class is loaded.
 */
final class LendingCalls {
    private static final MethodHandle SYSCALL = new LibC().lendingSystemCall();

    private LendingCalls() {}

    /** As {@link SystemCalls#call}; {@code lent} is in the heap or not. */
    static long call(MemorySegment state, long number, long a, MemorySegment lent, long c, long d, long e, long f) {
        long result;
        try {
            result = (long) SYSCALL.invokeExact(state, number, a, lent, c, d, e, f);
        } catch (Throwable thrown) {
            throw LibC.unexpected(thrown);
        }
        return result == -1 ? -LibC.errno(state) : result;
    }
}
