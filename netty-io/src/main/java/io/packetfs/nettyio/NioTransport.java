package io.packetfs.nettyio;

import io.netty.channel.Channel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.packetfs.protocol.port.FeatureUnavailableException;
import io.packetfs.protocol.port.Offload;
import io.packetfs.protocol.port.PortFeatures;
import jdk.net.ExtendedSocketOptions;

/** Everywhere: Java's own channels, one system call per datagram, no offloads. */
final class NioTransport {
    private static final int DATAGRAMS_PER_POLL = 32;

    private NioTransport() {}

    static UdpSocket open(NettyUdpPortConfig config) {
        refuseOffload("gso=ON", config.gso());
        refuseOffload("gro=ON", config.gro());
        final NioDatagramChannel channel = new NioDatagramChannel();
        try {
            UdpSocket.requestBuffers(channel, config);
            forbidFragmentation(channel);
            return new UdpSocket(
                    "udp-nio",
                    channel,
                    NioIoHandler.newFactory(),
                    new ReceiveBuffers(DATAGRAMS_PER_POLL, PortFeatures.UDP_PAYLOAD_BYTES_MAX),
                    false,
                    false);
        } catch (RuntimeException e) {
            channel.unsafe().closeForcibly();
            throw e;
        }
    }

    private static void refuseOffload(String setting, Offload offload) {
        if (offload == Offload.ON) {
            throw new FeatureUnavailableException(setting, "only epoll, on Linux, offloads", null);
        }
    }

    private static void forbidFragmentation(Channel channel) {
        channel.config().setOption(NioChannelOption.of(ExtendedSocketOptions.IP_DONTFRAGMENT), true);
    }
}
