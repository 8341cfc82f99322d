package io.packetfs.portsuite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.packetfs.protocol.PacketHeader;
import io.packetfs.protocol.port.DatagramPort;
import io.packetfs.protocol.port.DatagramTrain;
import io.packetfs.protocol.port.PortFeatures;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link DatagramPort} must do, whatever carries the datagrams. A carrier's test says how to open a port; ports that one
 * test opens can reach each other, and nothing is lost as long as the receiver keeps up.
 */
@Timeout(60)
public abstract class DatagramPortSuite {
    private static final int DATAGRAM_BYTES = 1472;
    private static final long LONG_NS = TimeUnit.SECONDS.toNanos(20);

    private final Deque<DatagramPort> open = new ArrayDeque<>();

    /** Opens a port that other ports opened here can send to. */
    protected abstract DatagramPort newPort();

    /** The largest datagram that arrives; smaller where ports are at the ends of a link of some MTU. */
    protected int datagramBytesMax() {
        return PortFeatures.UDP_PAYLOAD_BYTES_MAX;
    }

    /** A new port, closed after the test. */
    protected final DatagramPort port() {
        final DatagramPort port = newPort();
        open.push(port);
        return port;
    }

    @AfterEach
    void closePorts() {
        open.forEach(DatagramPort::close);
    }

    @Test
    void sendsAndReceivesOneDatagram() {
        final DatagramPort sender = port();
        final DatagramPort receiver = port();

        send(sender, receiver.localAddress(), TestDatagram.of(1, DATAGRAM_BYTES));

        final Mailbox mailbox = new Mailbox().fill(receiver, 1);
        assertThat(mailbox.datagrams()).containsExactly(TestDatagram.of(1, DATAGRAM_BYTES));
        if (!sender.features().reliableAndOrdered()) { // a stream's other end has an address of its own
            assertThat(mailbox.sources()).containsExactly(sender.localAddress());
        }
    }

    @Test
    void answersGoBackToTheSource() {
        final DatagramPort asker = port();
        final DatagramPort answerer = port();
        send(asker, answerer.localAddress(), TestDatagram.of(1, 100));
        final InetSocketAddress source =
                new Mailbox().fill(answerer, 1).sources().getFirst();

        send(answerer, source, TestDatagram.of(2, 200));

        assertThat(new Mailbox().fill(asker, 1).datagrams()).containsExactly(TestDatagram.of(2, 200));
    }

    @Test
    void carriesDatagramsOfEverySize() {
        final DatagramPort sender = port();
        final DatagramPort receiver = port();
        final int bytesMax = Math.min(sender.features().trainBytesMax(), datagramBytesMax());
        final int bytesMin = sender.features().reliableAndOrdered() ? PacketHeader.BYTES : 0;
        for (final int bytes :
                new int[] {8, 9, 16, 17, 63, 64, 1199, 1200, 1472, 1473, 4096, 8972, 16_000, 65_000, 65_507}) {
            if (bytes >= bytesMin && bytes <= bytesMax) {
                send(sender, receiver.localAddress(), TestDatagram.of(bytes, bytes));

                final Mailbox mailbox = new Mailbox().fill(receiver, 1);
                assertThat(mailbox.datagrams()).containsExactly(TestDatagram.of(bytes, bytes));
                // a port over streams takes long packets only from whom it has answered
                send(receiver, mailbox.sources().getFirst(), TestDatagram.of(1, 100));
            }
        }
    }

    @Test
    void carriesADatagramOfOneByte() {
        final DatagramPort sender = port();
        final DatagramPort receiver = port();
        assumeFalse(sender.features().reliableAndOrdered(), "a stream carries packets, which have headers");

        send(sender, receiver.localAddress(), new byte[] {42});

        assertThat(new Mailbox().fill(receiver, 1).datagrams()).containsExactly(new byte[] {42});
    }

    @Test
    void carriesTrainsOfEveryCount() {
        final DatagramPort sender = port();
        final DatagramPort receiver = port();
        for (int count = 1; count <= countMax(sender, 1000); count++) {
            final byte[][] datagrams = TestDatagram.run(count * 100, count, 1000);

            send(sender, receiver.localAddress(), datagrams);

            assertThat(new Mailbox().fill(receiver, count).datagrams()).containsExactly(datagrams);
        }
    }

    @Test
    void carriesTrainsWhoseLastDatagramIsShorter() {
        final DatagramPort sender = port();
        final DatagramPort receiver = port();
        for (int count = 2; count <= countMax(sender, DATAGRAM_BYTES); count += 3) {
            for (final int lastBytes : new int[] {PacketHeader.BYTES, 700, DATAGRAM_BYTES - 1}) {
                final byte[][] datagrams = TestDatagram.run(count * 100, count, DATAGRAM_BYTES);
                datagrams[count - 1] = TestDatagram.of(count * 100 + count - 1, lastBytes);

                send(sender, receiver.localAddress(), datagrams);

                assertThat(new Mailbox().fill(receiver, count).datagrams()).containsExactly(datagrams);
            }
        }
    }

    @Test
    void carriesTheLargestTrain() {
        final DatagramPort sender = port();
        final DatagramPort receiver = port();
        final PortFeatures features = sender.features();
        final int bytes = features.trainBytesMax() / features.trainSegmentsMax();
        final byte[][] datagrams = TestDatagram.run(0, features.trainSegmentsMax(), bytes);

        send(sender, receiver.localAddress(), datagrams);

        assertThat(new Mailbox().fill(receiver, datagrams.length).datagrams()).containsExactly(datagrams);
    }

    @Test
    void mergedDatagramsAreExactlyThoseSent() {
        final DatagramPort sender = port();
        final DatagramPort receiver = port();
        final List<byte[]> sent = new ArrayList<>();
        for (int round = 0; round < 12; round++) {
            final int bytes = 200 + 311 * (round % 5);
            final byte[][] train = TestDatagram.run(round * 100, countMax(sender, bytes), bytes);
            send(sender, receiver.localAddress(), train);
            sent.addAll(Arrays.asList(train));
            for (int i = 0; i < 5; i++) {
                final byte[] single = TestDatagram.of(10_000 + round * 10 + i, 1400 - i % 2);
                send(sender, receiver.localAddress(), single);
                sent.add(single);
            }
        }

        final Mailbox mailbox = new Mailbox().fill(receiver, sent.size()).drain(receiver);

        assertThat(mailbox.datagrams()).containsExactlyElementsOf(sent);
    }

    @Test
    void everyDatagramIsCountedOnce() {
        final DatagramPort sender = port();
        final DatagramPort receiver = port();
        final byte[][] datagrams = TestDatagram.run(0, countMax(sender, 1200), 1200);
        send(sender, receiver.localAddress(), datagrams);
        final Mailbox mailbox = new Mailbox();
        int counted = 0;
        for (int i = 0; i < datagrams.length && counted < datagrams.length; i++) {
            receiver.await(TimeUnit.MILLISECONDS.toNanos(100));
            counted += receiver.receive(mailbox);
        }

        assertThat(counted)
                .isEqualTo(datagrams.length)
                .isEqualTo(mailbox.datagrams().size());
    }

    @Test
    void keepsSourcesApart() {
        final DatagramPort receiver = port();
        assumeFalse(receiver.features().reliableAndOrdered(), "a stream's other end has an address of its own");
        final List<byte[]> sent = new ArrayList<>();
        final List<InetSocketAddress> sources = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            final DatagramPort sender = port();
            for (int round = 0; round < 3; round++) {
                final byte[][] train = TestDatagram.run(i * 1000 + round * 100, 3, 500);
                send(sender, receiver.localAddress(), train);
                for (final byte[] datagram : train) {
                    sent.add(datagram);
                    sources.add(sender.localAddress());
                }
            }
        }

        final Mailbox mailbox = new Mailbox().fill(receiver, sent.size());

        assertThat(mailbox.datagrams()).containsExactlyElementsOf(sent);
        assertThat(mailbox.sources()).containsExactlyElementsOf(sources);
    }

    @Test
    void survivesABurstLargerThanItsBuffers() {
        final DatagramPort sender = port();
        final DatagramPort receiver = port();
        assumeFalse(sender.features().reliableAndOrdered(), "a stream has back-pressure instead");
        final byte[][] datagrams = TestDatagram.run(0, countMax(sender, DATAGRAM_BYTES), DATAGRAM_BYTES);
        final DatagramTrain train = train(receiver.localAddress(), datagrams);
        for (int i = 0; i < 400; i++) {
            sender.send(train);
        }
        final Mailbox burst = new Mailbox().drain(receiver);

        assertThat(burst.datagrams()).isNotEmpty().isSubsetOf(Arrays.asList(datagrams));
        send(sender, receiver.localAddress(), TestDatagram.of(7, 77));
        assertThat(new Mailbox().fill(receiver, 1).datagrams()).containsExactly(TestDatagram.of(7, 77));
    }

    @Test
    void oneReceiveDoesNotGoOnForEver() {
        final DatagramPort sender = port();
        final DatagramPort receiver = port();
        final byte[] datagram = TestDatagram.of(1, 64);
        final int[] handedOver = {0};
        send(sender, receiver.localAddress(), datagram);
        receiver.await(TimeUnit.SECONDS.toNanos(1));

        final int count = receiver.receive((source, memory, length, segmentBytes, ecn) -> {
            handedOver[0]++;
            send(sender, receiver.localAddress(), datagram);
        });

        assertThat(count).isEqualTo(handedOver[0]).isPositive();
    }

    @Test
    void receivesNothingWhenNothingIsThere() {
        final DatagramPort port = port();

        assertThat(port.receive((source, memory, length, segmentBytes, ecn) -> {
                    throw new AssertionError("a datagram from " + source);
                }))
                .isZero();
    }

    @Test
    void theReceiversExceptionReachesTheCallerAndTheRestIsKept() {
        final DatagramPort sender = port();
        final DatagramPort receiver = port();
        final boolean isStream = sender.features().reliableAndOrdered(); // what is in one buffer is handed over at once
        send(sender, receiver.localAddress(), TestDatagram.of(1, 100));
        if (!isStream) {
            send(sender, receiver.localAddress(), TestDatagram.of(2, 300));
        }
        receiver.await(TimeUnit.SECONDS.toNanos(1));

        assertThatThrownBy(() -> receiver.receive((source, memory, length, segmentBytes, ecn) -> {
                    throw new IllegalStateException("the receiver's own");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the receiver's own");
        if (isStream) {
            send(sender, receiver.localAddress(), TestDatagram.of(2, 300));
        }
        assertThat(new Mailbox().fill(receiver, 1).datagrams()).containsExactly(TestDatagram.of(2, 300));
    }

    @Test
    void awaitReturnsWhenADatagramIsThere() {
        final DatagramPort sender = port();
        final DatagramPort receiver = port();
        send(sender, receiver.localAddress(), TestDatagram.of(1, 100));

        assertAwaitEndsEarly(receiver);

        assertThat(receiver.receive(new Mailbox())).isOne();
    }

    @Test
    void awaitReturnsAgainAsLongAsTheDatagramWasNotTaken() {
        final DatagramPort sender = port();
        final DatagramPort receiver = port();
        send(sender, receiver.localAddress(), TestDatagram.of(1, 100));

        assertAwaitEndsEarly(receiver);
        assertAwaitEndsEarly(receiver);

        assertThat(receiver.receive(new Mailbox())).isOne();
    }

    @Test
    void awaitEndsWhenTheTimeIsOver() {
        final DatagramPort port = port();
        for (final long timeoutNs : new long[] {0, 1, 1_000, 300_000, 5_000_000, 20_000_000}) {
            final long startNs = System.nanoTime();
            port.await(timeoutNs);

            assertThat(System.nanoTime() - startNs).isLessThan(LONG_NS / 2);
        }
        assertThat(port.receive(new Mailbox())).isZero();
    }

    @Test
    void wakeupEndsThePresentAwait() throws InterruptedException {
        final DatagramPort port = port();
        final Thread waker = Thread.ofPlatform().start(() -> {
            try {
                TimeUnit.MILLISECONDS.sleep(30);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            port.wakeup();
        });

        assertAwaitEndsEarly(port);

        waker.join();
        assertThat(port.receive(new Mailbox())).isZero();
    }

    @Test
    void wakeupEndsTheNextAwait() throws InterruptedException {
        final DatagramPort port = port();
        Thread.ofPlatform().start(port::wakeup).join();

        assertAwaitEndsEarly(port);
    }

    @Test
    void wakeupByTheOwnerEndsTheNextAwait() {
        final DatagramPort port = port();
        port.wakeup();

        assertAwaitEndsEarly(port);
    }

    @Test
    void noWakeupIsLost() throws InterruptedException {
        final DatagramPort port = port();
        final int rounds = 2_000;
        final int[] answered = {0};
        final Object answers = new Object();
        final Thread waker = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < rounds; i++) {
                port.wakeup();
                synchronized (answers) {
                    while (answered[0] <= i) {
                        try {
                            answers.wait();
                        } catch (InterruptedException e) {
                            return;
                        }
                    }
                }
            }
        });
        for (int i = 0; i < rounds; i++) {
            assertAwaitEndsEarly(port);
            synchronized (answers) {
                answered[0]++;
                answers.notifyAll();
            }
        }

        waker.join();
        assertThat(answered[0]).isEqualTo(rounds);
    }

    @Test
    void closeIsIdempotent() {
        final DatagramPort port = port();
        port.close();

        port.close();
    }

    @Test
    void wakeupAfterCloseDoesNothing() {
        final DatagramPort port = port();
        port.close();

        port.wakeup();
    }

    @Test
    void closesWithDatagramsNotTaken() {
        final DatagramPort sender = port();
        final DatagramPort receiver = port();
        send(sender, receiver.localAddress(), TestDatagram.run(0, countMax(sender, 1000), 1000));
        receiver.await(TimeUnit.SECONDS.toNanos(1));

        receiver.close();
        sender.close();
    }

    private static void assertAwaitEndsEarly(DatagramPort port) {
        final long startNs = System.nanoTime();
        port.await(LONG_NS);

        assertThat(System.nanoTime() - startNs).isLessThan(LONG_NS / 2);
    }

    /** Sends one train; offers it again as long as the port refuses. */
    protected static void send(DatagramPort port, InetSocketAddress to, byte[]... datagrams) {
        final DatagramTrain train = train(to, datagrams);
        while (!port.send(train)) {
            port.await(TimeUnit.SECONDS.toNanos(1));
        }
    }

    protected static DatagramTrain train(InetSocketAddress to, byte[]... datagrams) {
        final DatagramTrain train = new DatagramTrain(PortFeatures.UDP_PAYLOAD_BYTES_MAX);
        train.reset(to, datagrams[0].length, datagrams.length);
        for (final byte[] datagram : datagrams) {
            System.arraycopy(datagram, 0, train.array(), train.length(), datagram.length);
            train.append(datagram.length);
        }
        return train;
    }

    private static int countMax(DatagramPort port, int datagramBytes) {
        return Math.min(port.features().trainSegmentsMax(), port.features().trainBytesMax() / datagramBytes);
    }
}
