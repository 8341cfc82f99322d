package io.packetfs.bench.loopback;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;

/** Takes what a {@link NettyPumpSender} sends and copies each payload to its place. */
final class NettyPumpReceiver extends SimpleChannelInboundHandler<DatagramPacket> implements End {
    private final PumpArrivals arrivals;

    NettyPumpReceiver(Tally tally) {
        arrivals = new PumpArrivals(tally);
    }

    @Override
    public String open() throws InterruptedException {
        return Integer.toString(NettyPump.port(NettyPump.bind(this)));
    }

    @Override
    public void run() {}

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // what is lost is lost
    protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
        ByteBuf content = packet.content();
        byte[] area = arrivals.area();
        int end = content.writerIndex();
        for (int i = content.readerIndex(); i + PumpPacket.BYTES <= end; i += PumpPacket.BYTES) {
            int place = Math.toIntExact(content.getLongLE(i + PumpPacket.PLACE_OFFSET));
            content.getBytes(i + PumpPacket.PAYLOAD_OFFSET, area, place, PumpPacket.PAYLOAD_BYTES);
            arrivals.onPacket(content.getLongLE(i + PumpPacket.SEQUENCE_OFFSET));
        }
        arrivals.onBufferEnd();
        if (arrivals.isCreditDue()) {
            ByteBuf credit =
                    context.alloc().directBuffer(PumpPacket.CREDIT_BYTES).writeLongLE(arrivals.takeCredit());
            context.writeAndFlush(new DatagramPacket(credit, packet.sender()), context.voidPromise());
        }
    }
}
