package io.packetfs.nettyio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.SegmentedDatagramPacket;
import io.packetfs.protocol.port.DatagramTrain;
import io.packetfs.protocol.port.PortCounters;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the sending half makes of the kernel's answers, with a pipeline's end that answers like a kernel. */
@ExtendWith(LeakWatch.class)
class OutboundTest {
    private static final int EIO = 5;
    private static final int EINVAL = 22;
    private static final int EBADFD = 77;
    private static final int EMSGSIZE = 90;
    private static final int ENOBUFS = 105;
    private static final int EHOSTUNREACH = 113;

    private static final InetSocketAddress PEER = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 7);

    private final Kernel kernel = new Kernel();
    private final PortCounters counters = new PortCounters();
    private final EmbeddedChannel channel = new EmbeddedChannel(kernel, new Inbound(counters, true));
    private final Outbound outbound = new Outbound(channel, counters, true);

    /** The kernel's answers are exceptions whose class belongs to the native library. */
    @BeforeAll
    static void loadTheNativeLibrary() {
        assumeTrue(Epoll.isAvailable(), "no epoll here");
    }

    @AfterEach
    void freeBuffers() {
        assertThat(channel.close().isSuccess()).isTrue();
        outbound.free();
    }

    @Test
    void sendsATrainAsOnePacket() {
        assertThat(outbound.send(train(5, 1000, 400))).isTrue();

        assertThat(kernel.segmentBytes).containsExactly(1000);
        assertThat(kernel.taken).containsExactly(bytes(4400));
        assertThat(counters.datagramsSent()).isEqualTo(5);
        assertThat(counters.bytesSent()).isEqualTo(4400);
        assertThat(counters.datagramsLost()).isZero();
    }

    @Test
    void sendsASingleDatagramWithoutOffload() {
        assertThat(outbound.send(train(1, 1000, 1000))).isTrue();

        assertThat(kernel.segmentBytes).containsExactly(0);
        assertThat(kernel.taken).containsExactly(bytes(1000));
    }

    @ParameterizedTest
    @ValueSource(ints = {EIO, EINVAL, EMSGSIZE})
    void sendsARefusedTrainDatagramByDatagramAndGivesUpOffload(int errno) {
        kernel.answers = segments -> segments > 1 ? errno : 0;

        assertThat(outbound.send(train(4, 1000, 300))).isTrue();

        assertThat(outbound.segmentationOffload()).isFalse();
        assertThat(counters.offloadRefused()).isOne();
        assertThat(counters.datagramsLost()).isZero();
        assertThat(kernel.taken).hasSize(4);
        assertThat(kernel.takenTogether()).isEqualTo(bytes(3300));
        assertThat(outbound.send(train(2, 500, 500))).isTrue();
        assertThat(kernel.taken).hasSize(6);
        assertThat(kernel.refused).isOne();
    }

    @Test
    void keepsOffloadWhenOnlyTheSizeIsTooLarge() {
        kernel.answers = segments -> EMSGSIZE;

        assertThat(outbound.send(train(3, 2000, 2000))).isTrue();

        assertThat(counters.datagramsTooLarge()).isEqualTo(3);
        assertThat(counters.offloadRefused()).isZero();
        assertThat(outbound.segmentationOffload()).isTrue();
    }

    @Test
    void takesNothingWhileAQueueIsFull() {
        kernel.answers = segments -> ENOBUFS;

        assertThat(outbound.send(train(3, 1000, 1000))).isFalse();

        assertThat(counters.sendsRefused()).isOne();
        assertThat(counters.datagramsSent()).isZero();
        kernel.answers = segments -> 0;
        assertThat(outbound.send(train(3, 1000, 1000))).isTrue();
        assertThat(kernel.taken).containsExactly(bytes(3000));
    }

    @Test
    void countsWhatIsLostOnTheWayToAnUnreachableDestination() {
        kernel.answers = segments -> EHOSTUNREACH;

        assertThat(outbound.send(train(3, 1000, 1000))).isTrue();
        assertThat(outbound.send(train(1, 1000, 1000))).isTrue();

        assertThat(counters.datagramsUnreachable()).isEqualTo(4);
        assertThat(outbound.segmentationOffload()).isTrue();
    }

    @Test
    void oneTrainWaitsAndTheNextIsRefused() {
        kernel.holds = true;
        assertThat(outbound.send(train(3, 1000, 1000))).isTrue();

        assertThat(outbound.isWaiting()).isTrue();
        assertThat(outbound.send(train(2, 700, 700))).isFalse();

        kernel.takeHeld();
        outbound.settleWaitingTrain();
        assertThat(outbound.isWaiting()).isFalse();
        assertThat(outbound.send(train(2, 700, 700))).isTrue();
        assertThat(kernel.taken).containsExactly(bytes(3000), bytes(1400));
        assertThat(counters.sendsRefused()).isOne();
    }

    @Test
    void sendsAWaitingTrainDatagramByDatagramWhenItIsRefusedAfterAll() {
        kernel.holds = true;
        assertThat(outbound.send(train(3, 1000, 1000))).isTrue();

        kernel.answers = segments -> segments > 1 ? EIO : 0;
        kernel.takeHeld();
        outbound.settleWaitingTrain();

        assertThat(kernel.taken).hasSize(3);
        assertThat(kernel.takenTogether()).isEqualTo(bytes(3000));
        assertThat(outbound.segmentationOffload()).isFalse();
    }

    @Test
    void countsAWaitingTrainAsDroppedWhenAQueueIsFullAfterAll() {
        kernel.holds = true;
        assertThat(outbound.send(train(3, 1000, 1000))).isTrue();

        kernel.answers = segments -> ENOBUFS;
        kernel.takeHeld();
        outbound.settleWaitingTrain();

        assertThat(counters.datagramsDropped()).isEqualTo(3);
    }

    @Test
    void namesTheCallWhenTheSocketIsBroken() {
        kernel.answers = segments -> EBADFD;

        assertThatThrownBy(() -> outbound.send(train(3, 1000, 1000)))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("3 datagrams of 1000 bytes to " + PEER)
                .hasRootCauseInstanceOf(Errors.NativeIoException.class);
    }

    @Test
    void refusesAnUnresolvedDestination() {
        final DatagramTrain train = new DatagramTrain(100);
        train.reset(InetSocketAddress.createUnresolved("nowhere.invalid", 1), 10, 1);
        train.append(10);

        assertThatThrownBy(() -> outbound.send(train))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nowhere.invalid");
    }

    private static DatagramTrain train(int count, int segmentBytes, int lastBytes) {
        final DatagramTrain train = new DatagramTrain(count * segmentBytes);
        train.reset(PEER, segmentBytes, count);
        final byte[] bytes = bytes(count * segmentBytes);
        System.arraycopy(bytes, 0, train.array(), 0, bytes.length);
        for (int i = 1; i < count; i++) {
            train.append(segmentBytes);
        }
        train.append(lastBytes);
        return train;
    }

    private static byte[] bytes(int length) {
        final byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 7 + i / 256);
        }
        return bytes;
    }

    /** Stands where the socket is: takes datagrams, holds them back or answers with an errno, as told. */
    private static final class Kernel extends ChannelOutboundHandlerAdapter {
        private final List<byte[]> taken = new ArrayList<>();
        private final List<Integer> segmentBytes = new ArrayList<>();
        private final Queue<Runnable> held = new ArrayDeque<>();
        private IntUnaryOperator answers = segments -> 0;
        private boolean holds;
        private int refused;

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            if (holds) {
                held.add(() -> take((DatagramPacket) message, promise));
            } else {
                take((DatagramPacket) message, promise);
            }
        }

        void takeHeld() {
            holds = false;
            held.forEach(Runnable::run);
        }

        byte[] takenTogether() {
            final byte[] all = new byte
                    [taken.stream().mapToInt(datagram -> datagram.length).sum()];
            int offset = 0;
            for (final byte[] datagram : taken) {
                System.arraycopy(datagram, 0, all, offset, datagram.length);
                offset += datagram.length;
            }
            return all;
        }

        private void take(DatagramPacket packet, ChannelPromise promise) {
            final ByteBuf content = packet.content();
            final int segment = packet instanceof SegmentedDatagramPacket train ? train.segmentSize() : 0;
            final int segments = segment == 0 ? 1 : Math.ceilDiv(content.readableBytes(), segment);
            final int errno = answers.applyAsInt(segments);
            if (errno == 0) {
                segmentBytes.add(segment);
                taken.add(ByteBufUtil.getBytes(content));
            } else {
                refused++;
            }
            packet.release();
            if (errno == 0) {
                promise.trySuccess();
            } else {
                promise.tryFailure(new Errors.NativeIoException("sendmmsg", -errno));
            }
        }
    }
}
