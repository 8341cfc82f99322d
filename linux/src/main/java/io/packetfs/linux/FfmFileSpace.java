package io.packetfs.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** {@link FileSpace} by open(2), fallocate(2) and statfs(2). */
final class FfmFileSpace implements FileSpace {
    private static final int O_WRONLY = 1;
    private static final int O_CLOEXEC = 0x80000;
    private static final long ST_RDONLY = 1;

    /** struct statfs of the 64-bit architectures that share the kernel's generic layout. */
    private static final StructLayout STATFS = MemoryLayout.structLayout(
            JAVA_LONG.withName("f_type"),
            JAVA_LONG.withName("f_bsize"),
            JAVA_LONG.withName("f_blocks"),
            JAVA_LONG.withName("f_bfree"),
            JAVA_LONG.withName("f_bavail"),
            JAVA_LONG.withName("f_files"),
            JAVA_LONG.withName("f_ffree"),
            JAVA_LONG.withName("f_fsid"),
            JAVA_LONG.withName("f_namelen"),
            JAVA_LONG.withName("f_frsize"),
            JAVA_LONG.withName("f_flags"),
            MemoryLayout.sequenceLayout(4, JAVA_LONG).withName("f_spare"));

    private static final long TYPE = STATFS.byteOffset(PathElement.groupElement("f_type"));
    private static final long BLOCKS = STATFS.byteOffset(PathElement.groupElement("f_blocks"));
    private static final long AVAILABLE = STATFS.byteOffset(PathElement.groupElement("f_bavail"));
    private static final long BLOCK_BYTES = STATFS.byteOffset(PathElement.groupElement("f_frsize"));
    private static final long FLAGS = STATFS.byteOffset(PathElement.groupElement("f_flags"));

    private final MethodHandle open;
    private final MethodHandle fallocate;
    private final MethodHandle statfs;
    private final MethodHandle close;

    FfmFileSpace(LibC libC) {
        open = libC.variadicFunction("open", 2, FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
        fallocate =
                libC.function("fallocate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
        statfs = libC.function("statfs", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
        close = libC.function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    }

    @Override
    public Reservation reserve(Path file, long lengthBytes) {
        if (lengthBytes < 1) {
            throw new IllegalArgumentException("reservation of " + lengthBytes + " bytes");
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = LibC.allocateErrnoState(arena);
            int descriptor = openForWriting(state, arena, file);
            try {
                return allocate(state, descriptor, file, lengthBytes);
            } finally {
                int ignored = (int) close.invokeExact(state, descriptor);
            }
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    @Override
    public FileSystemSpace space(Path path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = LibC.allocateErrnoState(arena);
            MemorySegment reply = arena.allocate(STATFS);
            int result;
            do {
                result = (int) statfs.invokeExact(state, PathBytes.allocate(arena, path), reply);
            } while (result != 0 && LibC.errno(state) == Errno.EINTR.number());
            if (result != 0) {
                throw new SystemCallException("statfs(" + path + ")", LibC.errno(state));
            }
            long blockBytes = reply.get(JAVA_LONG, BLOCK_BYTES);
            return new FileSystemSpace(
                    typeName(reply.get(JAVA_LONG, TYPE)),
                    Math.multiplyExact(reply.get(JAVA_LONG, BLOCKS), blockBytes),
                    Math.multiplyExact(reply.get(JAVA_LONG, AVAILABLE), blockBytes),
                    (reply.get(JAVA_LONG, FLAGS) & ST_RDONLY) != 0);
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    private int openForWriting(MemorySegment state, Arena arena, Path file) throws Throwable {
        int descriptor;
        do {
            descriptor = (int) open.invokeExact(state, PathBytes.allocate(arena, file), O_WRONLY | O_CLOEXEC);
        } while (descriptor < 0 && LibC.errno(state) == Errno.EINTR.number());
        if (descriptor < 0) {
            throw new SystemCallException("open(" + file + ", O_WRONLY)", LibC.errno(state));
        }
        return descriptor;
    }

    private Reservation allocate(MemorySegment state, int descriptor, Path file, long lengthBytes) throws Throwable {
        // posix_fallocate would write zeros where the file system cannot reserve, which costs what it should save.
        int result;
        do {
            result = (int) fallocate.invokeExact(state, descriptor, 0, 0L, lengthBytes);
        } while (result != 0 && LibC.errno(state) == Errno.EINTR.number());
        if (result == 0) {
            return Reservation.RESERVED;
        }
        int errno = LibC.errno(state);
        if (errno == Errno.EOPNOTSUPP.number() || errno == Errno.ENOSYS.number()) {
            return Reservation.UNSUPPORTED;
        }
        throw new SystemCallException("fallocate(" + file + ", 0, " + lengthBytes + ")", errno);
    }

    private static String typeName(long type) {
        return switch ((int) type) {
            case 0xEF53 -> "ext4";
            case 0x58465342 -> "xfs";
            case 0x9123683E -> "btrfs";
            case 0x01021994 -> "tmpfs";
            case 0x794C7630 -> "overlayfs";
            case 0x6969 -> "nfs";
            case 0x65735546 -> "fuse";
            case 0x958458F6 -> "hugetlbfs";
            case 0x2FC12FC1 -> "zfs";
            case 0xF2F52010 -> "f2fs";
            case 0x01021997 -> "9p";
            default -> "0x" + Integer.toHexString((int) type);
        };
    }
}
