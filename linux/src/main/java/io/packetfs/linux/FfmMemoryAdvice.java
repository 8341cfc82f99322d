package io.packetfs.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** {@link MemoryAdvice} by madvise(2). */
final class FfmMemoryAdvice implements MemoryAdvice {
    private final MethodHandle madvise;
    private final int pageBytes;

    FfmMemoryAdvice(LibC libC) {
        madvise = libC.function("madvise", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
        pageBytes = pageBytes(libC);
    }

    @Override
    public void advise(MemorySegment memory, Advice advice) {
        if (!memory.isNative()) {
            throw new IllegalArgumentException("advice about heap memory");
        }
        if (memory.byteSize() == 0) {
            return;
        }
        long pageStart = memory.address() & -pageBytes;
        long lengthBytes = memory.address() + memory.byteSize() - pageStart;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = LibC.allocateErrnoState(arena);
            int result =
                    (int) madvise.invokeExact(state, MemorySegment.ofAddress(pageStart), lengthBytes, advice.number());
            if (result != 0) {
                throw new SystemCallException(
                        "madvise(0x" + Long.toHexString(pageStart) + ", " + lengthBytes + ", " + advice + ")",
                        LibC.errno(state));
            }
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    @Override
    public int pageBytes() {
        return pageBytes;
    }

    private static int pageBytes(LibC libC) {
        MethodHandle getpagesize = libC.function("getpagesize", FunctionDescriptor.of(JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            return (int) getpagesize.invokeExact(LibC.allocateErrnoState(arena));
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }
}
