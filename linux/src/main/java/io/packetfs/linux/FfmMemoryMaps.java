package io.packetfs.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Locale;

/** {@link MemoryMaps} by mmap(2), munmap(2), memfd_create(2) and mbind(2). */
final class FfmMemoryMaps implements MemoryMaps {
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED = 0x1;
    private static final int MAP_PRIVATE = 0x2;
    private static final int MAP_ANONYMOUS = 0x20;
    private static final int MAP_POPULATE = 0x8000;
    private static final int MAP_HUGETLB = 0x40000;
    private static final int MFD_CLOEXEC = 1;
    private static final int MFD_HUGETLB = 4;
    private static final int MPOL_BIND = 2;
    private static final int NODES_MAX = 64;
    private static final long MBIND = System.getProperty("os.arch").equals("aarch64") ? 235 : 237;
    private static final long HUGE_PAGE_BYTES_DEFAULT = 2 << 20;

    private final LibC libC;
    private final MethodHandle mmap;
    private final MemoryAdvice advice;

    FfmMemoryMaps(LibC libC, MemoryAdvice advice) {
        mmap = libC.function(
                "mmap",
                FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
        this.libC = libC;
        this.advice = advice;
    }

    @Override
    public MappedMemory anonymous(long bytes, Pages pages) {
        long pageBytes = pageBytes(pages);
        if (bytes < 1 || bytes > Long.MAX_VALUE / 2) {
            throw new IllegalArgumentException("a mapping of " + bytes + " bytes");
        }
        // The kernel may put ordinary pages anywhere; what is mapped to reach a border is never touched.
        long border = pages == Pages.TRANSPARENT_HUGE ? HUGE_PAGE_BYTES_DEFAULT : 0;
        long mappedBytes = (bytes + pageBytes - 1) / pageBytes * pageBytes + border;
        int flags = MAP_PRIVATE | MAP_ANONYMOUS | (pages.isReserved() ? MAP_HUGETLB | pages.sizeFlags() : 0);
        String call = "mmap(" + mappedBytes + " bytes in " + pages.name().toLowerCase(Locale.ROOT) + " pages)";
        MappedMemory mapped = map(mappedBytes, bytes, flags, -1, 0, Math.max(1, border), call);
        if (pages == Pages.TRANSPARENT_HUGE) {
            try {
                advice.advise(mapped.memory(), MemoryAdvice.Advice.HUGEPAGE);
            } catch (SystemCallException e) {
                mapped.close();
                throw e;
            }
        }
        return mapped;
    }

    /** Maps a part of an open descriptor, for both to see. */
    MappedMemory shared(int descriptor, long offset, long bytes, String call) {
        return map(bytes, bytes, MAP_SHARED | MAP_POPULATE, descriptor, offset, 1, call);
    }

    @Override
    public int memoryFile(String label, Pages pages) {
        int flags = MFD_CLOEXEC | (pages.isReserved() ? MFD_HUGETLB | pages.sizeFlags() : 0);
        MethodHandle memfdCreate = libC.function("memfd_create", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
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
        // The C library has no function for this call, and its six arguments are one more than SystemCalls passes.
        MethodHandle mbind = libC.variadicFunction(
                "syscall",
                1,
                FunctionDescriptor.of(
                        JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = LibC.allocateErrnoState(arena);
            MemorySegment mask = arena.allocateFrom(JAVA_LONG, 1L << node);
            // The kernel takes one bit less than it is told.
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

    private long pageBytes(Pages pages) {
        return switch (pages) {
            case PLAIN, TRANSPARENT_HUGE -> advice.pageBytes();
            case HUGE -> HugePages.read().pageBytes().orElse(HUGE_PAGE_BYTES_DEFAULT);
            case HUGE_2_MIB, HUGE_1_GIB -> pages.bytes();
        };
    }

    // the mapping has this size, and the arena, which its owner closes, unmaps it
    @SuppressWarnings({"restricted", "MustBeClosedChecker"})
    private MappedMemory map(
            long mappedBytes, long accessibleBytes, int flags, int descriptor, long offset, long border, String call) {
        long address;
        MemorySegment state = SystemCalls.newErrnoState();
        try {
            address = (long) mmap.invokeExact(state, 0L, mappedBytes, PROT_READ_WRITE, flags, descriptor, offset);
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
        if (address == -1) {
            throw new SystemCallException(call, LibC.errno(state));
        }
        Arena arena = Arena.ofShared();
        MemorySegment memory = MemorySegment.ofAddress(address + (-address & (border - 1)))
                .reinterpret(accessibleBytes, arena, ignored -> unmap(address, mappedBytes));
        return new Mapping(memory, arena);
    }

    private static void unmap(long address, long bytes) {
        long result = SystemCalls.call(SystemCalls.newErrnoState(), SystemCalls.MUNMAP, address, bytes, 0);
        if (result != 0) {
            throw new SystemCallException("munmap(0x" + Long.toHexString(address) + ", " + bytes + ")", (int) -result);
        }
    }

    /** Memory that an arena unmaps. */
    private record Mapping(MemorySegment memory, Arena arena) implements MappedMemory {
        @Override
        public void close() {
            if (arena.scope().isAlive()) {
                arena.close();
            }
        }
    }
}
