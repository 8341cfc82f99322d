package io.packetfs.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.Objects;

/** {@link UdpSockets} by socket(2), sendmmsg(2), recvmmsg(2) and their kin. */
final class FfmUdpSockets implements UdpSockets {
    private static final int SOCK_DGRAM = 2;
    private static final int SOL_SOCKET = 1;
    private static final int SO_ATTACH_REUSEPORT_CBPF = 51;
    private static final int SOCK_NONBLOCK = 0x800;
    private static final int SOCK_CLOEXEC = 0x80000;

    @Override
    public UdpSocket openIpv4() {
        return new Socket(false);
    }

    @Override
    public UdpSocket openIpv6() {
        return new Socket(true);
    }

    /** One socket. */
    private static final class Socket implements UdpSocket {
        private final boolean ipv6;
        private final int descriptor;
        private final MemorySegment state = SystemCalls.newErrnoState();
        private final MemorySegment optionValue = Arena.ofAuto().allocate(JAVA_INT);
        private boolean closed;

        Socket(boolean ipv6) {
            this.ipv6 = ipv6;
            int family = ipv6 ? SocketAddresses.AF_INET6 : SocketAddresses.AF_INET;
            long result =
                    SystemCalls.call(state, SystemCalls.SOCKET, family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
            require(result, "socket(" + familyName() + ", SOCK_DGRAM)");
            descriptor = (int) result;
        }

        @Override
        public boolean isIpv6() {
            return ipv6;
        }

        @Override
        public int descriptor() {
            return descriptor;
        }

        @Override
        public int set(UdpOption option, int value) {
            optionValue.set(JAVA_INT, 0, value);
            return (int) -SystemCalls.call(
                    state,
                    SystemCalls.SETSOCKOPT,
                    descriptor,
                    option.level(),
                    option.number(),
                    optionValue.address(),
                    JAVA_INT.byteSize());
        }

        @Override
        public int get(UdpOption option) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment number = arena.allocate(JAVA_INT);
                MemorySegment length = arena.allocateFrom(JAVA_INT, (int) JAVA_INT.byteSize());
                long result = SystemCalls.call(
                        state,
                        SystemCalls.GETSOCKOPT,
                        descriptor,
                        option.level(),
                        option.number(),
                        number.address(),
                        length.address());
                require(result, "getsockopt(" + option + ")");
                return number.get(JAVA_INT, 0);
            }
        }

        @Override
        public int steer(SocketFilter filter) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment program = filter.write(arena);
                return (int) -SystemCalls.call(
                        state,
                        SystemCalls.SETSOCKOPT,
                        descriptor,
                        SOL_SOCKET,
                        SO_ATTACH_REUSEPORT_CBPF,
                        program.address(),
                        SocketFilter.programBytes());
            }
        }

        @Override
        public void bind(InetSocketAddress address) {
            callWith(address, SystemCalls.BIND, "bind ");
        }

        @Override
        public void connect(InetSocketAddress address) {
            callWith(address, SystemCalls.CONNECT, "connect ");
        }

        private void callWith(InetSocketAddress address, long call, String callName) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment name = arena.allocate(SocketAddresses.ROOM_BYTES, Long.BYTES);
                int length = SocketAddresses.write(name, 0, address, ipv6);
                require(SystemCalls.call(state, call, descriptor, name.address(), length), callName + address);
            }
        }

        @Override
        public InetSocketAddress localAddress() {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment name = arena.allocate(SocketAddresses.ROOM_BYTES, Long.BYTES);
                MemorySegment length = arena.allocateFrom(JAVA_INT, SocketAddresses.ROOM_BYTES);
                long result =
                        SystemCalls.call(state, SystemCalls.GETSOCKNAME, descriptor, name.address(), length.address());
                require(result, "getsockname(" + familyName() + ")");
                return SocketAddresses.read(name, 0);
            }
        }

        @Override
        public int send(OutgoingMessages messages, int first, int count) {
            return (int)
                    SystemCalls.call(state, SystemCalls.SENDMMSG, descriptor, messages.address(first), count, 0, 0);
        }

        @Override
        public int sendLent(OutgoingMessages addressed, MemorySegment payload, int length) {
            Objects.checkFromIndexSize(0, length, payload.byteSize());
            long result = LendingCalls.call(
                    state,
                    SystemCalls.SENDTO,
                    descriptor,
                    payload,
                    length,
                    0,
                    addressed.nameAddress(),
                    addressed.nameBytes());
            return (int) Math.min(result, 1);
        }

        @Override
        public int receive(IncomingMessages messages) {
            return (int) SystemCalls.call(
                    state, SystemCalls.RECVMMSG, descriptor, messages.address(), messages.count(), 0, 0);
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                SystemCalls.call(state, SystemCalls.CLOSE, descriptor, 0, 0);
            }
        }

        private String familyName() {
            return ipv6 ? "AF_INET6" : "AF_INET";
        }

        private static void require(long result, String call) {
            if (result < 0) {
                throw new SystemCallException(call, (int) -result);
            }
        }
    }
}
