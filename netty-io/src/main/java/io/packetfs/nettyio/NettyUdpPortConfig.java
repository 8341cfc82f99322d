package io.packetfs.nettyio;

import io.packetfs.protocol.port.Offload;
import java.net.InetSocketAddress;
import java.util.Objects;

/**
 * How to open a {@link NettyUdpPort}.
 *
 * @param bindAddress the local address; port 0 lets the kernel choose; the wildcard address receives IPv4 and IPv6
 * @param io the transport
 * @param gso segmentation offload: one send call per train
 * @param gro receive offload: one receive call per train
 * @param receiveBufferBytes what to ask for as the socket's receive buffer; the kernel gives at most its {@code rmem_max}
 * @param sendBufferBytes what to ask for as the socket's send buffer; the kernel gives at most its {@code wmem_max}
 */
public record NettyUdpPortConfig(
        InetSocketAddress bindAddress,
        UdpIo io,
        Offload gso,
        Offload gro,
        int receiveBufferBytes,
        int sendBufferBytes) {
    /** Enough for 10 ms at 3 Gbit/s; what Linux hands out without privileges is often less. */
    public static final int SOCKET_BUFFER_BYTES = 4 << 20;

    public NettyUdpPortConfig {
        Objects.requireNonNull(bindAddress, "bindAddress");
        Objects.requireNonNull(io, "io");
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

    /** The best that the machine has to offer, on {@code bindAddress}. */
    public static NettyUdpPortConfig on(InetSocketAddress bindAddress) {
        return new NettyUdpPortConfig(
                bindAddress, UdpIo.AUTO, Offload.AUTO, Offload.AUTO, SOCKET_BUFFER_BYTES, SOCKET_BUFFER_BYTES);
    }

    public NettyUdpPortConfig withIo(UdpIo value) {
        return new NettyUdpPortConfig(bindAddress, value, gso, gro, receiveBufferBytes, sendBufferBytes);
    }

    public NettyUdpPortConfig withGso(Offload value) {
        return new NettyUdpPortConfig(bindAddress, io, value, gro, receiveBufferBytes, sendBufferBytes);
    }

    public NettyUdpPortConfig withGro(Offload value) {
        return new NettyUdpPortConfig(bindAddress, io, gso, value, receiveBufferBytes, sendBufferBytes);
    }

    public NettyUdpPortConfig withReceiveBufferBytes(int value) {
        return new NettyUdpPortConfig(bindAddress, io, gso, gro, value, sendBufferBytes);
    }

    public NettyUdpPortConfig withSendBufferBytes(int value) {
        return new NettyUdpPortConfig(bindAddress, io, gso, gro, receiveBufferBytes, value);
    }
}
