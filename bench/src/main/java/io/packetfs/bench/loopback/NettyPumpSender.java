package io.packetfs.bench.loopback;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.SegmentedDatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** The sender of a pump by Netty's own means: what our port over Netty is measured by. */
final class NettyPumpSender extends SimpleChannelInboundHandler<DatagramPacket> implements End {
    private final Tally tally;
    private final InetSocketAddress peer;
    private final byte[] payload = new byte[PumpPacket.PAYLOAD_BYTES];
    private final PumpWindow window = new PumpWindow(System.nanoTime());
    private Channel channel;
    private long packets;

    NettyPumpSender(EndOptions options, Tally tally) {
        this.tally = tally;
        peer = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(options.peer()));
    }

    @Override
    public String open() throws InterruptedException {
        channel = NettyPump.bind(this);
        return NOTHING;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // it goes on until the process ends
    public void run() {
        long periodNs = PumpWindow.SILENCE_NS_MAX;
        channel.eventLoop().scheduleAtFixedRate(this::onTick, 0, periodNs, TimeUnit.NANOSECONDS);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
        ByteBuf content = packet.content();
        long nowNs = System.nanoTime();
        while (content.readableBytes() >= PumpPacket.CREDIT_BYTES) {
            window.onCredit(nowNs, content.readLongLE());
        }
        send();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        send();
    }

    private void onTick() {
        window.onWaiting(System.nanoTime());
        send();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what is lost is lost
    private void send() {
        while (window.hasRoom(PumpPacket.TRAIN_PACKETS) && channel.isWritable()) {
            ByteBuf train = channel.alloc().directBuffer(PumpPacket.TRAIN_PACKETS * PumpPacket.BYTES);
            for (int i = 0; i < PumpPacket.TRAIN_PACKETS; i++) {
                long sequence = window.take();
                train.writeLongLE(sequence)
                        .writeLongLE(PumpPacket.place(sequence))
                        .writeBytes(payload);
            }
            channel.writeAndFlush(new SegmentedDatagramPacket(train, PumpPacket.BYTES, peer), channel.voidPromise());
            packets += PumpPacket.TRAIN_PACKETS;
        }
        tally.packets(packets);
        tally.bytes(packets * PumpPacket.PAYLOAD_BYTES);
    }
}
