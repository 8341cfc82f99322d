package io.packetfs.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** {@link MemoryMaps} by mmap(2), munmap(2), memfd_create(2) and mbind(2). */
final class FfmMemoryMaps implements MemoryMaps {
    private static final int PROT_READ_WRITE = 1 | 2;
    private static final int MAP_PRIVATE = 2;
    private static final int MAP_ANONYMOUS = 0x20;
    private static final int MAP_NORESERVE = 0x4000;
    private static final int MAP_HUGETLB = 0x40000;
    private static final int MFD_CLOEXEC = 1;
    private static final int MFD_HUGETLB = 4;
    private static final int MPOL_BIND = 2;
    private static final int NODES_MAX = 64;
    private static final long MAP_FAILED = -1;
    private static final long MBIND = System.getProperty("os.arch").equals("aarch64") ? 235 : 237;

    private final LibC libC;
    private final MethodHandle mmap;
    private final MethodHandle munmap;
    private final MethodHandle memfdCreate;

    FfmMemoryMaps(LibC libC) {
        this.libC = libC;
        mmap = libC.function(
                "mmap",
                FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
        munmap = libC.function("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
        memfdCreate = libC.function("memfd_create", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    }

    @Override
    @SuppressWarnings("restricted") // the mapping was made with this size, and the arena unmaps it
    public MemorySegment anonymous(long lengthBytes, PageSize pages, Arena arena) {
        boolean fits = pages.isHuge() ? lengthBytes % pages.bytes() == 0 : lengthBytes <= Long.MAX_VALUE / 2;
        if (lengthBytes < 1 || !fits) {
            throw new IllegalArgumentException("mapping of " + lengthBytes + " bytes in pages " + pages);
        }
        // The kernel may put ordinary pages anywhere; what is mapped beyond the border is never touched.
        long mappedBytes = pages.isHuge() ? lengthBytes : lengthBytes + ALIGNMENT_BYTES;
        long address = map(mappedBytes, pages);
        MemorySegment mapping = MemorySegment.ofAddress(address)
                .reinterpret(mappedBytes, arena, ignored -> unmap(address, mappedBytes));
        return mapping.asSlice(-address & (ALIGNMENT_BYTES - 1), lengthBytes);
    }

    @Override
    public int memoryFile(String label, PageSize pages) {
        int flags = MFD_CLOEXEC | (pages.isHuge() ? MFD_HUGETLB | pages.flags() : 0);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = LibC.allocateErrnoState(arena);
            int descriptor = (int) memfdCreate.invokeExact(state, arena.allocateFrom(label), flags);
            if (descriptor < 0) {
                throw new SystemCallException("memfd_create(" + label + ", " + pages + ")", LibC.errno(state));
            }
            return descriptor;
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    @Override
    public void close(int fileDescriptor) {
        long result = SystemCalls.call(SystemCalls.newErrnoState(), SystemCalls.CLOSE, fileDescriptor, 0, 0);
        if (result < 0) {
            throw new SystemCallException("close(" + fileDescriptor + ")", (int) -result);
        }
    }

    @Override
    public void bindToNode(MemorySegment memory, int node) {
        if (!memory.isNative() || node < 0 || node >= NODES_MAX) {
            throw new IllegalArgumentException("node " + node + " for " + memory);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mask = arena.allocateFrom(JAVA_LONG, 1L << node);
            // The kernel takes one bit less than it is told.
            MemorySegment state = LibC.allocateErrnoState(arena);
            // The C library has no function for this call, and its six arguments are one more than SystemCalls passes.
            MethodHandle mbind = libC.variadicFunction(
                    "syscall",
                    1,
                    FunctionDescriptor.of(
                            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
            long result = (long) mbind.invokeExact(
                    state,
                    MBIND,
                    memory.address(),
                    memory.byteSize(),
                    (long) MPOL_BIND,
                    mask.address(),
                    NODES_MAX + 1L,
                    0L);
            if (result != 0) {
                throw new SystemCallException(
                        "mbind(" + memory.byteSize() + " bytes, node " + node + ")", LibC.errno(state));
            }
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    private long map(long lengthBytes, PageSize pages) {
        // Huge pages are set aside when they are mapped; with NORESERVE a missing one would be a fault in the JVM.
        int flags = MAP_PRIVATE | MAP_ANONYMOUS | (pages.isHuge() ? MAP_HUGETLB | pages.flags() : MAP_NORESERVE);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = LibC.allocateErrnoState(arena);
            long address = (long) mmap.invokeExact(state, 0L, lengthBytes, PROT_READ_WRITE, flags, -1, 0L);
            if (address == MAP_FAILED) {
                throw new SystemCallException("mmap(" + lengthBytes + " bytes, " + pages + ")", LibC.errno(state));
            }
            return address;
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    private void unmap(long address, long lengthBytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = LibC.allocateErrnoState(arena);
            int result = (int) munmap.invokeExact(state, address, lengthBytes);
            assert result == 0 : "munmap: " + Errno.describe(LibC.errno(state));
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }
}
