package io.packetfs.nettyio;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.packetfs.protocol.PacketHeader;
import io.packetfs.protocol.port.DatagramTrain;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;

/**
 * One stream of a {@link NettyTcpPort}: cuts what arrives into packets by what their headers say (spec: TCP-2), keeps the beginning of one
 * that is not whole yet, and hands trains to Netty. It tells its port what happens from within a poll of the loop.
 *
 * <p>What waits here is bounded: one read per poll, less than one packet behind it, and a little more than the water mark to be sent. A
 * stream that nobody has answered yet may only bring what a first message may have.
 */
final class TcpStream extends ChannelInboundHandlerAdapter {
    /** Hears of a stream, within a poll. */
    interface Owner {
        /** Something arrived. */
        void onArrived(TcpStream stream);

        /** It takes trains again. */
        void onWritable(TcpStream stream);

        /** It is of no more use, once what has arrived is taken. */
        void onEnded(TcpStream stream);
    }

    /** The longest packet before this side has answered: what an INITIAL may have. spec: HSK-2 */
    static final int FIRST_PACKET_BYTES_MAX = 1_472;

    private static final int READ_BYTES_UNANSWERED = 2_048;
    private static final int READ_BYTES = 128 << 10;
    private static final int TYPE_BYTE_INITIAL = PacketHeader.VERSION << 4 | PacketHeader.TYPE_INITIAL;
    private static final int TYPE_BYTE_LAST = PacketHeader.VERSION << 4 | PacketHeader.TYPE_PROTECTED;
    private static final byte[] NONE = {};

    private final SocketChannel channel;
    private final InetSocketAddress peer;
    private final Owner owner;
    private final long openedNs;
    private final ArrayDeque<ByteBuf> arrived = new ArrayDeque<>();
    private byte[] partial = NONE;
    private int partialBytes;
    private int packetCount;
    private boolean begun;
    private boolean answered;
    private boolean discards;
    private boolean blocked;
    private boolean ended;
    private String cause;

    /**
     * @param answered whether this side has opened it, so that whoever is there may send what they like
     * @param openedNs when, in nanoseconds
     */
    TcpStream(SocketChannel channel, InetSocketAddress peer, Owner owner, boolean answered, long openedNs) {
        this.channel = channel;
        this.peer = peer;
        this.owner = owner;
        this.answered = answered;
        this.openedNs = openedNs;
        begun = answered; // what begins with an INITIAL is the other direction
        channel.config().setRecvByteBufAllocator(new StreamReads(this::readBytes));
        channel.pipeline().addLast(this);
    }

    InetSocketAddress peer() {
        return peer;
    }

    long openedNs() {
        return openedNs;
    }

    /** Whether this side has sent anything, which it does for nobody without a ticket. */
    boolean isAnswered() {
        return answered;
    }

    /** Whether it takes no train now. */
    boolean isBlocked() {
        blocked = !ended && !(channel.isActive() && channel.isWritable());
        return blocked;
    }

    boolean isEnded() {
        return ended;
    }

    /** Why it ended, for people. */
    String cause() {
        return cause;
    }

    boolean hasArrived() {
        return !arrived.isEmpty();
    }

    /** How many packets the last {@link #load} found. */
    int packetCount() {
        return packetCount;
    }

    /** Opens it, from {@code local}. The outcome comes to the owner. */
    void connect(InetSocketAddress local) {
        channel.connect(peer, local).addListener((ChannelFutureListener) this::onConnected);
    }

    private void onConnected(ChannelFuture future) {
        if (!future.isSuccess()) {
            end(reason(future.cause()));
        }
    }

    /** Takes a train; it must not be blocked, unless it is being opened and has none yet. */
    @SuppressWarnings("FutureReturnValueIgnored") // a fault comes through the pipeline
    void send(DatagramTrain train) {
        answered = true;
        channel.write(
                channel.alloc().directBuffer(train.length()).writeBytes(train.array(), 0, train.length()),
                channel.voidPromise());
        if (channel.isActive()) {
            channel.flush();
        }
    }

    /**
     * Copies whole packets into {@code into}, from its first byte, and keeps what stands behind them.
     *
     * @param into longer than the longest packet
     * @return their bytes; 0 if none is whole yet; -1 if what is there cannot be the beginning of a packet. spec: TCP-2
     */
    int load(byte[] into) {
        System.arraycopy(partial, 0, into, 0, partialBytes);
        int bytes = partialBytes;
        while (!arrived.isEmpty() && bytes < into.length) {
            final ByteBuf next = arrived.element();
            final int some = Math.min(next.readableBytes(), into.length - bytes);
            next.readBytes(into, bytes, some);
            bytes += some;
            if (!next.isReadable()) {
                arrived.remove().release();
            }
        }
        final int whole = wholePackets(into, bytes);
        if (whole >= 0) {
            keep(into, whole, bytes - whole);
        }
        return whole;
    }

    private int wholePackets(byte[] array, int bytes) {
        packetCount = 0;
        int offset = 0;
        while (offset < bytes) {
            final int type = array[offset];
            final boolean valid =
                    begun ? type >= TYPE_BYTE_INITIAL && type <= TYPE_BYTE_LAST : type == TYPE_BYTE_INITIAL;
            if (!valid) {
                return -1;
            }
            if (bytes - offset < PacketHeader.BYTES) {
                break;
            }
            final int length = PacketHeader.payloadLength(PacketHeader.fields(array, offset));
            if (length > (answered ? PacketHeader.PAYLOAD_BYTES_MAX : FIRST_PACKET_BYTES_MAX - PacketHeader.BYTES)) {
                return -1;
            }
            if (PacketHeader.BYTES + length > bytes - offset) {
                break;
            }
            begun = true;
            packetCount++;
            offset += PacketHeader.BYTES + length;
        }
        return offset;
    }

    private void keep(byte[] array, int from, int bytes) {
        if (partial.length < bytes) {
            partial = new byte
                    [bytes <= FIRST_PACKET_BYTES_MAX
                            ? FIRST_PACKET_BYTES_MAX
                            : PacketHeader.BYTES + PacketHeader.PAYLOAD_BYTES_MAX];
        }
        System.arraycopy(array, from, partial, 0, bytes);
        partialBytes = bytes;
    }

    /** Sends what it has taken, says that no more comes, and reads no more; the channel closes when the peer has done so, too. */
    @SuppressWarnings(
            "FutureReturnValueIgnored") // a stream that cannot be shut down is closed by its owner in a moment
    void finish() {
        discards = true;
        releaseArrived();
        if (!channel.isActive()) {
            channel.close();
            return;
        }
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener((ChannelFutureListener) future -> channel.shutdownOutput());
    }

    /** Ends it for this reason, which the owner hears. */
    void abort(String why) {
        cause = why;
        abort();
        end(why);
    }

    /** Ends it without further ado. */
    @SuppressWarnings("FutureReturnValueIgnored") // nothing is left to be done about it
    void abort() {
        discards = true;
        releaseArrived();
        channel.close();
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    private int readBytes() {
        return answered ? READ_BYTES : READ_BYTES_UNANSWERED;
    }

    private void releaseArrived() {
        while (!arrived.isEmpty()) {
            arrived.remove().release();
        }
    }

    private void end(String why) {
        if (!ended) {
            ended = true;
            cause = cause == null ? why : cause;
            owner.onEnded(this);
        }
    }

    private static String reason(Throwable failure) {
        final String message = failure instanceof IOException ? failure.getMessage() : failure.toString();
        return message == null ? failure.toString() : message;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        channel.flush();
        channelWritabilityChanged(context);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (blocked && channel.isActive() && channel.isWritable()) {
            blocked = false;
            owner.onWritable(this);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        final ByteBuf bytes = (ByteBuf) message;
        if (discards) {
            bytes.release();
            return;
        }
        arrived.add(bytes);
        owner.onArrived(this);
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // its end comes as channelInactive
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        cause = cause == null ? reason(failure) : cause;
        context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end("the peer has ended it");
    }
}
