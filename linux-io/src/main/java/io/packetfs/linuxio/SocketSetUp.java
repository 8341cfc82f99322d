package io.packetfs.linuxio;

import io.packetfs.linux.Errno;
import io.packetfs.linux.Linux;
import io.packetfs.linux.SystemCallException;
import io.packetfs.linux.UdpOption;
import io.packetfs.linux.UdpSocket;
import io.packetfs.linux.UdpSockets;
import io.packetfs.protocol.port.FeatureUnavailableException;
import io.packetfs.protocol.port.Offload;
import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * Opens and binds sockets the way a {@link LinuxUdpPort} wants them.
 *
 * @param socket bound; whoever holds this closes it
 * @param segments whether one message sends a whole train
 * @param merges whether one message may be a whole train received
 * @param reportsEcn whether the ECN field of messages received is known
 */
record SocketSetUp(UdpSocket socket, boolean segments, boolean merges, boolean reportsEcn) {
    /**
     * Opens and binds a socket.
     *
     * @param sharesAddress whether further ones will be bound to its address
     */
    static SocketSetUp open(LinuxUdpPortConfig config, boolean sharesAddress) {
        UdpSocket socket = openSocket(config.bindAddress().getAddress());
        try {
            setBuffer(socket, UdpOption.SO_RCVBUFFORCE, UdpOption.SO_RCVBUF, config.receiveBufferBytes());
            setBuffer(socket, UdpOption.SO_SNDBUFFORCE, UdpOption.SO_SNDBUF, config.sendBufferBytes());
            require(socket, UdpOption.IP_MTU_DISCOVER, UdpOption.PMTUDISC_PROBE);
            if (socket.isIpv6()) {
                require(socket, UdpOption.IPV6_MTU_DISCOVER, UdpOption.PMTUDISC_PROBE);
            }
            // Setting no segment size changes nothing, and tells whether the kernel knows of it.
            boolean segments = offload(socket, UdpOption.UDP_SEGMENT, 0, "gso", config.gso());
            boolean merges = offload(socket, UdpOption.UDP_GRO, 1, "gro", config.gro());
            boolean reportsEcn = socket.set(UdpOption.IP_RECVTOS, 1) == 0
                    && (!socket.isIpv6() || socket.set(UdpOption.IPV6_RECVTCLASS, 1) == 0);
            if (sharesAddress) {
                require(socket, UdpOption.SO_REUSEPORT, 1);
            }
            socket.bind(config.bindAddress());
            return new SocketSetUp(socket, segments, merges, reportsEcn);
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** The wildcard address takes IPv4 and IPv6, whichever way it is written, unless the kernel has no IPv6. */
    private static UdpSocket openSocket(InetAddress address) {
        UdpSockets sockets = Linux.udpSockets();
        if (address instanceof Inet4Address && !address.isAnyLocalAddress()) {
            return sockets.openIpv4();
        }
        UdpSocket socket;
        try {
            socket = sockets.openIpv6();
        } catch (SystemCallException e) {
            if (e.is(Errno.EAFNOSUPPORT) && address.isAnyLocalAddress()) {
                return sockets.openIpv4();
            }
            throw e;
        }
        if (address.isAnyLocalAddress()) {
            require(socket, UdpOption.IPV6_V6ONLY, 0);
        }
        return socket;
    }

    /** Past the limit of the system if this process may; otherwise the kernel gives what the limit allows, and says nothing. */
    private static void setBuffer(UdpSocket socket, UdpOption forced, UdpOption usual, int bytes) {
        if (socket.set(forced, bytes) != 0) {
            require(socket, usual, bytes);
        }
    }

    private static boolean offload(UdpSocket socket, UdpOption option, int value, String setting, Offload wish) {
        if (wish == Offload.OFF) {
            return false;
        }
        int errno = socket.set(option, value);
        if (errno != 0 && wish == Offload.ON) {
            throw new FeatureUnavailableException(
                    setting + "=ON", "setsockopt(" + option + ", " + value + "): " + Errno.describe(errno), null);
        }
        return errno == 0;
    }

    private static void require(UdpSocket socket, UdpOption option, int value) {
        int errno = socket.set(option, value);
        if (errno != 0) {
            throw new SystemCallException("setsockopt(" + option + ", " + value + ")", errno);
        }
    }
}
