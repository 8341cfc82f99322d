package io.packetfs.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** {@link KernelProbe} by socket(2), setsockopt(2), getsockopt(2) and io_uring_setup(2). */
final class FfmKernelProbe implements KernelProbe {
    private static final int AF_INET = 2;
    private static final int AF_XDP = 44;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDBUF = 7;
    private static final int SO_RCVBUF = 8;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int SOL_UDP = 17;
    private static final int UDP_SEGMENT = 103;
    private static final int UDP_GRO = 104;
    private static final int SEGMENT_BYTES = 1_400;
    /** The same number on x86-64 and aarch64. */
    private static final long SYS_IO_URING_SETUP = 425;

    private static final int IO_URING_PARAMS_BYTES = 120;

    private final MethodHandle socket;
    private final MethodHandle setsockopt;
    private final MethodHandle getsockopt;
    private final MethodHandle close;
    private final MethodHandle syscall;

    FfmKernelProbe(LibC libC) {
        socket = libC.function("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
        setsockopt = libC.function(
                "setsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
        getsockopt = libC.function(
                "getsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
        close = libC.function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        syscall = libC.variadicFunction("syscall", 1, FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS));
    }

    @Override
    public Capability udpSegmentation() {
        return udpOption("UDP_SEGMENT", UDP_SEGMENT, SEGMENT_BYTES);
    }

    @Override
    public Capability udpReceiveMerging() {
        return udpOption("UDP_GRO", UDP_GRO, 1);
    }

    @Override
    public Capability afXdp() {
        try (Session session = new Session(AF_XDP, SOCK_RAW)) {
            return session.opened()
                    ? Capability.AVAILABLE
                    : new Capability(false, "socket(AF_XDP, SOCK_RAW): " + Errno.describe(session.errno()));
        }
    }

    @Override
    public Capability ioUring() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = LibC.allocateErrnoState(arena);
            MemorySegment parameters = arena.allocate(IO_URING_PARAMS_BYTES, Long.BYTES);
            long descriptor = (long) syscall.invokeExact(state, SYS_IO_URING_SETUP, 1, parameters);
            if (descriptor < 0) {
                return new Capability(false, "io_uring_setup(1): " + Errno.describe(LibC.errno(state)));
            }
            int ignored = (int) close.invokeExact(state, (int) descriptor);
            return Capability.AVAILABLE;
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    @Override
    public SocketBuffers socketBuffers(int wishedBytes) {
        try (Session session = new Session(AF_INET, SOCK_DGRAM)) {
            if (!session.opened()) {
                throw new SystemCallException("socket(AF_INET, SOCK_DGRAM)", session.errno());
            }
            boolean forced = session.set(SOL_SOCKET, SO_RCVBUFFORCE, wishedBytes) == 0
                    && session.set(SOL_SOCKET, SO_SNDBUFFORCE, wishedBytes) == 0;
            if (!forced) {
                session.set(SOL_SOCKET, SO_RCVBUF, wishedBytes);
                session.set(SOL_SOCKET, SO_SNDBUF, wishedBytes);
            }
            return new SocketBuffers(session.get(SOL_SOCKET, SO_RCVBUF), session.get(SOL_SOCKET, SO_SNDBUF), forced);
        }
    }

    private Capability udpOption(String name, int option, int value) {
        try (Session session = new Session(AF_INET, SOCK_DGRAM)) {
            if (!session.opened()) {
                return new Capability(false, "socket(AF_INET, SOCK_DGRAM): " + Errno.describe(session.errno()));
            }
            int errno = session.set(SOL_UDP, option, value);
            return errno == 0
                    ? Capability.AVAILABLE
                    : new Capability(false, "setsockopt(" + name + ", " + value + "): " + Errno.describe(errno));
        }
    }

    /** One socket, open for the length of a probe. */
    private final class Session implements AutoCloseable {
        private final Arena arena = Arena.ofConfined();
        private final MemorySegment state = LibC.allocateErrnoState(arena);
        private final MemorySegment value = arena.allocate(JAVA_INT);
        private final MemorySegment length = arena.allocate(JAVA_INT);
        private final int descriptor;

        Session(int domain, int type) {
            try {
                descriptor = (int) socket.invokeExact(state, domain, type | SOCK_CLOEXEC, 0);
            } catch (Throwable e) {
                throw LibC.unexpected(e);
            }
        }

        boolean opened() {
            return descriptor >= 0;
        }

        int errno() {
            return LibC.errno(state);
        }

        /** Returns 0, or the error number. */
        int set(int level, int option, int number) {
            value.set(JAVA_INT, 0, number);
            try {
                int result = (int)
                        setsockopt.invokeExact(state, descriptor, level, option, value, (int) JAVA_INT.byteSize());
                return result == 0 ? 0 : errno();
            } catch (Throwable e) {
                throw LibC.unexpected(e);
            }
        }

        int get(int level, int option) {
            length.set(JAVA_INT, 0, (int) JAVA_INT.byteSize());
            int result;
            try {
                result = (int) getsockopt.invokeExact(state, descriptor, level, option, value, length);
            } catch (Throwable e) {
                throw LibC.unexpected(e);
            }
            if (result != 0) {
                throw new SystemCallException("getsockopt(" + level + ", " + option + ")", errno());
            }
            return value.get(JAVA_INT, 0);
        }

        @Override
        public void close() {
            try {
                if (opened()) {
                    int ignored = (int) close.invokeExact(state, descriptor);
                }
            } catch (Throwable e) {
                throw LibC.unexpected(e);
            } finally {
                arena.close();
            }
        }
    }
}
