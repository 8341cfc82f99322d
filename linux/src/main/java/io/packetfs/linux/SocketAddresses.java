package io.packetfs.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;

/** Addresses as the kernel writes them: struct sockaddr_in and struct sockaddr_in6. */
final class SocketAddresses {
    static final short AF_INET = 2;
    static final short AF_INET6 = 10;
    static final int INET_BYTES = 16;
    static final int INET6_BYTES = 28;
    /** Room for either, and for an alignment of 8. */
    static final int ROOM_BYTES = 32;

    static final long PORT = 2;
    static final long INET_ADDRESS = 4;
    static final long INET6_ADDRESS = 8;
    static final long INET6_SCOPE = 24;

    private static final int INET6_ADDRESS_BYTES = 16;
    private static final int MAPPED_PREFIX_BYTES = 12;
    private static final ValueLayout.OfShort NETWORK_SHORT = JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

    private SocketAddresses() {}

    /** Writes an address, in the form of IPv6 if {@code ipv6}; returns its length in bytes. */
    static int write(MemorySegment target, long offset, InetSocketAddress address, boolean ipv6) {
        byte[] bytes = address.getAddress().getAddress();
        if (!ipv6
                && bytes.length == INET6_ADDRESS_BYTES
                && !address.getAddress().isAnyLocalAddress()) {
            throw new IllegalArgumentException("an IPv4 socket has no way to " + address);
        }
        target.asSlice(offset, ROOM_BYTES).fill((byte) 0);
        target.set(JAVA_SHORT, offset, ipv6 ? AF_INET6 : AF_INET);
        target.set(NETWORK_SHORT, offset + PORT, (short) address.getPort());
        if (address.getAddress().isAnyLocalAddress()) {
            return ipv6 ? INET6_BYTES : INET_BYTES;
        }
        if (!ipv6) {
            MemorySegment.copy(bytes, 0, target, JAVA_BYTE, offset + INET_ADDRESS, bytes.length);
            return INET_BYTES;
        }
        long end = offset + INET6_ADDRESS + INET6_ADDRESS_BYTES;
        MemorySegment.copy(bytes, 0, target, JAVA_BYTE, end - bytes.length, bytes.length);
        if (bytes.length < INET6_ADDRESS_BYTES) {
            target.set(JAVA_SHORT, offset + INET6_ADDRESS + MAPPED_PREFIX_BYTES - Short.BYTES, (short) -1);
        } else {
            target.set(JAVA_INT, offset + INET6_SCOPE, ((Inet6Address) address.getAddress()).getScopeId());
        }
        return INET6_BYTES;
    }

    /** Reads an address; one of IPv4 that is mapped into IPv6 becomes one of IPv4. */
    static InetSocketAddress read(MemorySegment source, long offset) {
        boolean ipv6 = source.get(JAVA_SHORT, offset) == AF_INET6;
        byte[] bytes = new byte[ipv6 ? INET6_ADDRESS_BYTES : Integer.BYTES];
        long from = offset + (ipv6 ? INET6_ADDRESS : INET_ADDRESS);
        MemorySegment.copy(source, JAVA_BYTE, from, bytes, 0, bytes.length);
        int port = Short.toUnsignedInt(source.get(NETWORK_SHORT, offset + PORT));
        int scope = ipv6 ? source.get(JAVA_INT, offset + INET6_SCOPE) : 0;
        try {
            InetAddress address =
                    scope == 0 ? InetAddress.getByAddress(bytes) : Inet6Address.getByAddress(null, bytes, scope);
            return new InetSocketAddress(address, port);
        } catch (UnknownHostException e) {
            throw new AssertionError("an address of " + bytes.length + " bytes", e);
        }
    }
}
