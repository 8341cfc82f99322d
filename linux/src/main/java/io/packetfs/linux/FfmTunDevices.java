package io.packetfs.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.packetfs.linux.KernelProbe.Capability;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;

/** {@link TunDevices} by open(2) of {@code /dev/net/tun}, ioctl(2), read(2) and write(2). */
final class FfmTunDevices implements TunDevices {
    private static final Path DEVICE = Path.of("/dev/net/tun");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1," + NAME_BYTES_MAX + "}");
    private static final int O_RDWR = 2;
    private static final int O_NONBLOCK = 0x800;
    private static final int O_CLOEXEC = 0x80000;
    private static final long TUNSETIFF = 0x400454CA;
    private static final short IFF_TUN = 0x0001;
    private static final short IFF_NO_PI = 0x1000;

    /** struct ifreq, whose union is as large as its largest member, struct ifmap. */
    private static final StructLayout IFREQ = MemoryLayout.structLayout(
            MemoryLayout.sequenceLayout(NAME_BYTES_MAX + 1, JAVA_BYTE).withName("ifr_name"),
            JAVA_SHORT.withName("ifr_flags"),
            MemoryLayout.paddingLayout(22));

    private static final long FLAGS = IFREQ.byteOffset(PathElement.groupElement("ifr_flags"));

    /** How the kernel says that it dropped a packet, as networks do. */
    private static final Set<Errno> DROPS =
            EnumSet.of(Errno.EIO, Errno.EAGAIN, Errno.EINTR, Errno.ENOMEM, Errno.ENOBUFS);

    private final MethodHandle open;
    private final MethodHandle ioctl;
    private final MethodHandle read;
    private final MethodHandle write;
    private final MethodHandle close;

    FfmTunDevices(LibC libC) {
        FunctionDescriptor transfer = FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
        open = libC.variadicFunction("open", 2, FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
        ioctl = libC.variadicFunction("ioctl", 2, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS));
        read = libC.function("read", transfer);
        write = libC.function("write", transfer);
        close = libC.function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    }

    @Override
    public Capability capability() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = LibC.allocateErrnoState(arena);
            int descriptor = openDevice(state, arena);
            if (descriptor < 0) {
                return new Capability(false, "open(" + DEVICE + "): " + Errno.describe(LibC.errno(state)));
            }
            int ignored = (int) close.invokeExact(state, descriptor);
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
        return ProcessCapability.effective().contains(ProcessCapability.CAP_NET_ADMIN)
                ? Capability.AVAILABLE
                : new Capability(false, "this process lacks CAP_NET_ADMIN; root has it");
    }

    @Override
    public TunDevice open(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' is no name for a network interface");
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = LibC.allocateErrnoState(arena);
            int descriptor = openDevice(state, arena);
            if (descriptor < 0) {
                throw new SystemCallException("open(" + DEVICE + ", O_RDWR)", LibC.errno(state));
            }
            attach(state, arena, descriptor, name);
            return new Device(name, descriptor);
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    /** Returns a descriptor, or a negative number. */
    private int openDevice(MemorySegment state, Arena arena) throws Throwable {
        int descriptor;
        do {
            descriptor =
                    (int) open.invokeExact(state, PathBytes.allocate(arena, DEVICE), O_RDWR | O_NONBLOCK | O_CLOEXEC);
        } while (descriptor < 0 && LibC.errno(state) == Errno.EINTR.number());
        return descriptor;
    }

    private void attach(MemorySegment state, Arena arena, int descriptor, String name) throws Throwable {
        MemorySegment request = arena.allocate(IFREQ);
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        MemorySegment.copy(bytes, 0, request, JAVA_BYTE, 0, bytes.length);
        request.set(JAVA_SHORT, FLAGS, (short) (IFF_TUN | IFF_NO_PI));
        int result = (int) ioctl.invokeExact(state, descriptor, TUNSETIFF, request);
        if (result != 0) {
            int errno = LibC.errno(state);
            int ignored = (int) close.invokeExact(state, descriptor);
            throw new SystemCallException("ioctl(" + DEVICE + ", TUNSETIFF, " + name + ")", errno);
        }
    }

    /** One attached device. */
    private final class Device implements TunDevice {
        private final String name;
        private final int descriptor;
        private final Arena arena = Arena.ofShared();
        private final MemorySegment state = LibC.allocateErrnoState(arena);

        Device(String name, int descriptor) {
            this.name = name;
            this.descriptor = descriptor;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public int descriptor() {
            return descriptor;
        }

        @Override
        public int read(MemorySegment target) {
            long bytes;
            try {
                bytes = (long) read.invokeExact(state, descriptor, target, target.byteSize());
            } catch (Throwable e) {
                throw LibC.unexpected(e);
            }
            if (bytes >= 0) {
                return (int) bytes;
            }
            int errno = LibC.errno(state);
            if (errno == Errno.EAGAIN.number() || errno == Errno.EINTR.number()) {
                return 0;
            }
            throw new SystemCallException("read(" + name + ", " + target.byteSize() + ")", errno);
        }

        @Override
        public boolean write(MemorySegment source, int length) {
            long bytes;
            try {
                bytes = (long) write.invokeExact(state, descriptor, source, (long) length);
            } catch (Throwable e) {
                throw LibC.unexpected(e);
            }
            if (bytes >= 0) {
                return true;
            }
            int errno = LibC.errno(state);
            if (Errno.of(errno).filter(DROPS::contains).isEmpty()) {
                throw new SystemCallException("write(" + name + ", " + length + ")", errno);
            }
            return false;
        }

        @Override
        public void close() {
            if (!arena.scope().isAlive()) {
                return;
            }
            try {
                int ignored = (int) close.invokeExact(state, descriptor);
            } catch (Throwable e) {
                throw LibC.unexpected(e);
            } finally {
                arena.close();
            }
        }
    }
}
