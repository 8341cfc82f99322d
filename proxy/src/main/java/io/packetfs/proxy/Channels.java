package io.packetfs.proxy;

import io.netty.channel.ChannelOutboundInvoker;
import io.netty.channel.socket.DuplexChannel;

/** Ends whose success nobody waits for: what follows from them comes as an event. */
final class Channels {
    private Channels() {}

    @SuppressWarnings("FutureReturnValueIgnored") // channelInactive follows
    static void close(ChannelOutboundInvoker channel) {
        channel.close();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the peer answers with an end of its own, or not
    static void shutdownOutput(DuplexChannel channel) {
        channel.shutdownOutput();
    }
}
