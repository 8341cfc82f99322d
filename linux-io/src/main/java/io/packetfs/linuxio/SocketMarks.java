package io.packetfs.linuxio;

import io.packetfs.linux.UdpOption;
import io.packetfs.linux.UdpSocket;
import java.net.Inet6Address;
import java.net.InetSocketAddress;

/**
 * What a socket gives to messages that say nothing themselves: the size of the datagrams they are cut into, and the ECN field for either
 * family. Told to the kernel when it changes, which for the trains of a transfer is hardly ever.
 */
final class SocketMarks {
    private final UdpSocket socket;
    private int segmentBytes;
    private int ecnOfIpv4;
    private int ecnOfIpv6;

    SocketMarks(UdpSocket socket) {
        this.socket = socket;
    }

    /** Returns 0, or the error number if the kernel refuses; then nothing may be sent that relies on this. */
    int set(int datagramBytes, InetSocketAddress destination, int ecn) {
        int errno = datagramBytes == segmentBytes ? 0 : setSegmentBytes(datagramBytes);
        if (errno != 0) {
            return errno;
        }
        if (destination.getAddress() instanceof Inet6Address) {
            return ecn == ecnOfIpv6 ? 0 : setEcnOfIpv6(ecn);
        }
        return ecn == ecnOfIpv4 ? 0 : setEcnOfIpv4(ecn);
    }

    private int setSegmentBytes(int value) {
        int errno = socket.set(UdpOption.UDP_SEGMENT, value);
        segmentBytes = errno == 0 ? value : segmentBytes;
        return errno;
    }

    private int setEcnOfIpv4(int value) {
        int errno = socket.set(UdpOption.IP_TOS, value);
        ecnOfIpv4 = errno == 0 ? value : ecnOfIpv4;
        return errno;
    }

    private int setEcnOfIpv6(int value) {
        int errno = socket.set(UdpOption.IPV6_TCLASS, value);
        ecnOfIpv6 = errno == 0 ? value : ecnOfIpv6;
        return errno;
    }
}
