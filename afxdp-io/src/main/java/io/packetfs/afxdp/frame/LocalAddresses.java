package io.packetfs.afxdp.frame;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;

/** The addresses a port takes datagrams for. Unchangeable. */
public final class LocalAddresses {
    /** Enough for any host; what is more is looked through for each packet. */
    public static final int COUNT_MAX = 256;

    private final int[] ipv4;
    private final long[] ipv6;

    /**
     * @param addresses at most {@link #COUNT_MAX} of both families together
     */
    public LocalAddresses(Collection<InetAddress> addresses) {
        if (addresses.size() > COUNT_MAX) {
            throw new IllegalArgumentException(addresses.size() + " local addresses, more than " + COUNT_MAX);
        }
        List<ByteBuffer> four = addresses.stream()
                .filter(Inet4Address.class::isInstance)
                .map(address -> ByteBuffer.wrap(address.getAddress()))
                .toList();
        List<ByteBuffer> six = addresses.stream()
                .filter(address -> !(address instanceof Inet4Address))
                .map(address -> ByteBuffer.wrap(address.getAddress()))
                .toList();
        ipv4 = four.stream().mapToInt(ByteBuffer::getInt).toArray();
        ipv6 = new long[six.size() * 2];
        for (int i = 0; i < ipv6.length; i++) {
            ipv6[i] = six.get(i / 2).getLong();
        }
    }

    boolean containsIpv4(int address) {
        for (int own : ipv4) {
            if (own == address) {
                return true;
            }
        }
        return false;
    }

    boolean containsIpv6(long high, long low) {
        for (int i = 0; i < ipv6.length; i += 2) {
            if (ipv6[i] == high && ipv6[i + 1] == low) {
                return true;
            }
        }
        return false;
    }
}
