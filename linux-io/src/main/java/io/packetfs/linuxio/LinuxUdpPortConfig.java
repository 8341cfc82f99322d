package io.packetfs.linuxio;

import io.packetfs.protocol.port.Offload;
import java.net.InetSocketAddress;
import java.util.Objects;

/**
 * How to open a {@link LinuxUdpPort}.
 *
 * @param bindAddress the local address; port 0 lets the kernel choose; the wildcard address receives IPv4 and IPv6
 * @param gso segmentation offload: one message per train
 * @param gro receive offload: one buffer per train
 * @param receiveBufferBytes what to ask for as the socket's receive buffer; without CAP_NET_ADMIN the kernel gives at most its {@code
 *     rmem_max}
 * @param sendBufferBytes what to ask for as the socket's send buffer; without CAP_NET_ADMIN the kernel gives at most its {@code
 *     wmem_max}
 */
public record LinuxUdpPortConfig(
        InetSocketAddress bindAddress, Offload gso, Offload gro, int receiveBufferBytes, int sendBufferBytes) {
    /** Enough for 10 ms at 3 Gbit/s; what Linux hands out without privileges is often less. */
    public static final int SOCKET_BUFFER_BYTES = 4 << 20;

    public LinuxUdpPortConfig {
        Objects.requireNonNull(bindAddress, "bindAddress");
        Objects.requireNonNull(gso, "gso");
        Objects.requireNonNull(gro, "gro");
        if (bindAddress.isUnresolved()) {
            throw new IllegalArgumentException("unresolved bind address " + bindAddress);
        }
        if (receiveBufferBytes < 1 || sendBufferBytes < 1) {
            throw new IllegalArgumentException(
                    "socket buffers of " + receiveBufferBytes + " and " + sendBufferBytes + " bytes");
        }
    }

    /** The best that the kernel has to offer, on {@code bindAddress}. */
    public static LinuxUdpPortConfig on(InetSocketAddress bindAddress) {
        return new LinuxUdpPortConfig(
                bindAddress, Offload.AUTO, Offload.AUTO, SOCKET_BUFFER_BYTES, SOCKET_BUFFER_BYTES);
    }

    public LinuxUdpPortConfig withBindAddress(InetSocketAddress value) {
        return new LinuxUdpPortConfig(value, gso, gro, receiveBufferBytes, sendBufferBytes);
    }

    public LinuxUdpPortConfig withGso(Offload value) {
        return new LinuxUdpPortConfig(bindAddress, value, gro, receiveBufferBytes, sendBufferBytes);
    }

    public LinuxUdpPortConfig withGro(Offload value) {
        return new LinuxUdpPortConfig(bindAddress, gso, value, receiveBufferBytes, sendBufferBytes);
    }

    public LinuxUdpPortConfig withReceiveBufferBytes(int value) {
        return new LinuxUdpPortConfig(bindAddress, gso, gro, value, sendBufferBytes);
    }

    public LinuxUdpPortConfig withSendBufferBytes(int value) {
        return new LinuxUdpPortConfig(bindAddress, gso, gro, receiveBufferBytes, value);
    }
}
