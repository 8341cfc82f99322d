package io.packetfs.afxdp.frame;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/** The sources seen lately, so that one that sends again costs no new object. Each has one place, by its hash. */
final class SourceAddresses {
    private static final int PLACES = 64;
    private static final int HASH_SHIFT = Long.SIZE - Integer.numberOfTrailingZeros(PLACES);

    /** 2^64 divided by the golden ratio: multiplied by it, keys that differ anywhere differ in their highest bits. */
    private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;

    private final int interfaceIndex;
    private final Entry[] entries = new Entry[PLACES];

    private record Entry(boolean ipv4, long high, long low, int port, InetSocketAddress address) {
        boolean matches(boolean otherIpv4, long otherHigh, long otherLow, int otherPort) {
            return ipv4 == otherIpv4 && high == otherHigh && low == otherLow && port == otherPort;
        }
    }

    /**
     * @param interfaceIndex the scope of addresses that have a meaning on their link only
     */
    SourceAddresses(int interfaceIndex) {
        this.interfaceIndex = interfaceIndex;
    }

    InetSocketAddress ipv4(int address, int port) {
        return find(true, 0, Integer.toUnsignedLong(address), port);
    }

    InetSocketAddress ipv6(long high, long low, int port) {
        return find(false, high, low, port);
    }

    private InetSocketAddress find(boolean ipv4, long high, long low, int port) {
        int place = (int) (((high ^ low ^ (long) port << 48) * SPREAD) >>> HASH_SHIFT);
        Entry entry = entries[place];
        if (entry == null || !entry.matches(ipv4, high, low, port)) {
            entry = new Entry(ipv4, high, low, port, new InetSocketAddress(address(ipv4, high, low), port));
            entries[place] = entry;
        }
        return entry.address;
    }

    private InetAddress address(boolean ipv4, long high, long low) {
        try {
            if (ipv4) {
                return InetAddress.getByAddress(
                        ByteBuffer.allocate(Integer.BYTES).putInt((int) low).array());
            }
            byte[] bytes = ByteBuffer.allocate(2 * Long.BYTES)
                    .putLong(high)
                    .putLong(low)
                    .array();
            InetAddress address = InetAddress.getByAddress(bytes);
            return address.isLinkLocalAddress() ? Inet6Address.getByAddress(null, bytes, interfaceIndex) : address;
        } catch (UnknownHostException e) {
            throw new AssertionError("an address of a known length", e);
        }
    }
}
