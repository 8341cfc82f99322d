package io.packetfs.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Calls of the kernel by number, through one method handle, with memory as addresses: for the calls that are made all the time, and
 * those that a start waits for. Whoever passes an address keeps the memory alive until the call has returned.
 *
 * <p>Loaded only after {@link Linux} found that native calls can be made.
 */
final class SystemCalls {
    private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");

    static final long READ = ARM ? 63 : 0;
    static final long WRITE = ARM ? 64 : 1;
    static final long CLOSE = ARM ? 57 : 3;
    static final long OPENAT = ARM ? 56 : 257;
    static final long SETNS = ARM ? 268 : 308;
    static final long IOCTL = ARM ? 29 : 16;
    static final long MUNMAP = ARM ? 215 : 11;
    static final long SOCKET = ARM ? 198 : 41;
    static final long BIND = ARM ? 200 : 49;
    static final long CONNECT = ARM ? 203 : 42;
    static final long GETSOCKNAME = ARM ? 204 : 51;
    static final long SETSOCKOPT = ARM ? 208 : 54;
    static final long GETSOCKOPT = ARM ? 209 : 55;
    static final long SENDTO = ARM ? 206 : 44;
    static final long RECVFROM = ARM ? 207 : 45;
    static final long BPF = ARM ? 280 : 321;
    static final long PRCTL = ARM ? 167 : 157;
    static final long PPOLL = ARM ? 73 : 271;
    static final long EVENTFD2 = ARM ? 19 : 290;
    static final long RECVMMSG = ARM ? 243 : 299;
    static final long SENDMMSG = ARM ? 269 : 307;

    private static final MethodHandle SYSCALL = new LibC().systemCall();

    private SystemCalls() {}

    /** Where a call leaves its error number; one for each thread that makes calls at the same time. Freed by the garbage collector. */
    static MemorySegment newErrnoState() {
        return LibC.allocateErrnoState(Arena.ofAuto());
    }

    /** Returns what the kernel returned: the result, or an error number below 0. */
    static long call(MemorySegment state, long number, long a, long b, long c, long d, long e) {
        long result;
        try {
            result = (long) SYSCALL.invokeExact(state, number, a, b, c, d, e);
        } catch (Throwable thrown) {
            throw LibC.unexpected(thrown);
        }
        return result == -1 ? -LibC.errno(state) : result;
    }

    static long call(MemorySegment state, long number, long a, long b, long c) {
        return call(state, number, a, b, c, 0, 0);
    }
}
