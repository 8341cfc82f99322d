package io.packetfs.nettyio;

import java.net.InetSocketAddress;
import java.util.Objects;

/**
 * How to open a {@link NettyTcpPort}.
 *
 * @param bindAddress the local address, of the listener and of streams to others; port 0 lets the kernel choose
 * @param io the transport
 * @param accepts whether others can open streams to this port; without, it listens nowhere and only opens streams itself
 */
public record NettyTcpPortConfig(InetSocketAddress bindAddress, UdpIo io, boolean accepts) {
    public NettyTcpPortConfig {
        Objects.requireNonNull(bindAddress, "bindAddress");
        Objects.requireNonNull(io, "io");
        if (bindAddress.isUnresolved()) {
            throw new IllegalArgumentException("unresolved bind address " + bindAddress);
        }
    }

    /** A port that listens at {@code bindAddress}, over the best transport that the machine has to offer. */
    public static NettyTcpPortConfig on(InetSocketAddress bindAddress) {
        return new NettyTcpPortConfig(bindAddress, UdpIo.AUTO, true);
    }

    public NettyTcpPortConfig withIo(UdpIo value) {
        return new NettyTcpPortConfig(bindAddress, value, accepts);
    }

    /** The same for a side that only opens streams. */
    public NettyTcpPortConfig withoutListening() {
        return new NettyTcpPortConfig(bindAddress, io, false);
    }
}
