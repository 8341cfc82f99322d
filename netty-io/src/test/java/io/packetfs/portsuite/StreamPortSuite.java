package io.packetfs.portsuite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packetfs.protocol.port.DatagramPort;
import io.packetfs.protocol.port.DatagramReceiver;
import io.packetfs.protocol.port.DatagramTrain;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every port over streams must do as well. */
public abstract class StreamPortSuite extends DatagramPortSuite {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(10);
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    /** Opens a port that listens at {@code address}. */
    protected abstract DatagramPort newPort(InetSocketAddress address);

    @Override
    protected DatagramPort newPort() {
        return newPort(new InetSocketAddress(LOOPBACK, 0));
    }

    /** Keeps what a port tells, and its packets. */
    private static final class Ear implements DatagramReceiver {
        final Mailbox mailbox = new Mailbox();
        final List<InetSocketAddress> unblocked = new ArrayList<>();
        final List<InetSocketAddress> gone = new ArrayList<>();
        final List<String> causes = new ArrayList<>();

        @Override
        public void onDatagrams(InetSocketAddress source, MemorySegment memory, int length, int segmentBytes, int ecn) {
            mailbox.onDatagrams(source, memory, length, segmentBytes, ecn);
        }

        @Override
        public void onUnblocked(InetSocketAddress destination) {
            unblocked.add(destination);
        }

        @Override
        public void onDisconnected(InetSocketAddress peer, String cause) {
            gone.add(peer);
            causes.add(cause);
        }

        /** Lets the port run until something holds, or patience is over. */
        void listen(DatagramPort port, java.util.function.BooleanSupplier until) {
            final long startNs = System.nanoTime();
            while (!until.getAsBoolean() && System.nanoTime() - startNs < PATIENCE_NS) {
                if (port.receive(this) == 0) {
                    port.await(TimeUnit.MILLISECONDS.toNanos(20));
                }
            }
        }
    }

    @Test
    void eachPeerHasAStreamOfItsOwn() {
        final DatagramPort receiver = port();
        final int senders = 12;
        for (int i = 0; i < senders; i++) {
            send(port(), receiver.localAddress(), TestDatagram.run(i * 1000, 3, 500));
        }

        final Mailbox mailbox = new Mailbox().fill(receiver, senders * 3);

        assertThat(mailbox.datagrams()).hasSize(senders * 3);
        assertThat(new HashSet<>(mailbox.sources())).hasSize(senders);
    }

    @Test
    void nobodyListensThere() throws IOException {
        final InetSocketAddress nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
            nobody = new InetSocketAddress(LOOPBACK, socket.getLocalPort());
        }
        final DatagramPort sender = port();
        final DatagramPort receiver = port();

        send(sender, nobody, TestDatagram.of(1, 1200));
        send(sender, receiver.localAddress(), TestDatagram.of(2, 1200));

        final Ear ear = new Ear();
        ear.listen(sender, () -> !ear.gone.isEmpty());
        assertThat(ear.gone).containsExactly(nobody);
        assertThat(ear.causes.getFirst()).containsIgnoringCase("refused");
        assertThat(new Mailbox().fill(receiver, 1).datagrams()).containsExactly(TestDatagram.of(2, 1200));
    }

    @Test
    void aPeerThatDoesNotReadBlocksItsOwnStreamOnly() {
        final DatagramPort sender = port();
        final DatagramPort sleeper = port();
        final DatagramPort receiver = port();
        final DatagramTrain train = train(sleeper.localAddress(), TestDatagram.run(0, 40, 1472));
        int taken = 0;
        for (long startNs = System.nanoTime(); System.nanoTime() - startNs < PATIENCE_NS; ) {
            if (sender.send(train)) {
                taken++;
            } else {
                sender.await(TimeUnit.MILLISECONDS.toNanos(50));
                if (!sender.send(train)) {
                    break;
                }
                taken++;
            }
        }

        assertThat(sender.isBlocked(sleeper.localAddress())).isTrue();
        send(sender, receiver.localAddress(), TestDatagram.of(7, 1472));
        assertThat(new Mailbox().fill(receiver, 1).datagrams()).containsExactly(TestDatagram.of(7, 1472));
        assertThat(sender.isBlocked(receiver.localAddress())).isFalse();

        final Ear ear = new Ear();
        final Mailbox late = new Mailbox();
        for (int i = 0; i < taken + 200 && ear.unblocked.isEmpty(); i++) {
            late.fill(sleeper, late.datagrams().size() + 1);
            sender.await(0);
            sender.receive(ear);
        }
        assertThat(ear.unblocked).contains(sleeper.localAddress());
        late.fill(sleeper, taken * 40);
        assertThat(late.datagrams()).hasSize(taken * 40);
    }

    @Test
    void whatIsNoPacketEndsItsStreamOnly() throws IOException {
        final DatagramPort receiver = port();
        final byte[] tooLong = TestDatagram.of(1, 2_000); // longer than a first packet may be
        final byte[] lie = TestDatagram.of(1, 1_200);
        lie[2] = (byte) 0xff; // a length that no packet has
        lie[3] = (byte) 0xff;
        final byte[] sealed = TestDatagram.of(1, 1_200);
        sealed[0] = 0x13; // nobody begins with this type
        for (final byte[] hostile : new byte[][] {
            "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII), new byte[5], tooLong, lie, sealed
        }) {
            try (Socket socket = new Socket(LOOPBACK, receiver.localAddress().getPort())) {
                final DatagramPort sender = port();
                send(sender, receiver.localAddress(), TestDatagram.of(3, 300));
                socket.getOutputStream().write(hostile);
                socket.setSoTimeout(50);
                final Ear ear = new Ear();
                ear.listen(
                        receiver,
                        () -> !ear.gone.isEmpty() && !ear.mailbox.datagrams().isEmpty());

                assertThat(ear.gone).containsExactly((InetSocketAddress) socket.getLocalSocketAddress());
                assertThat(ear.causes).containsExactly("what came is not a packet");
                assertThat(ear.mailbox.datagrams()).containsExactly(TestDatagram.of(3, 300));
                assertThat(isAtEnd(socket)).isTrue();
            }
        }
    }

    @Test
    void packetsMayComeInPieces() throws IOException {
        final DatagramPort receiver = port();
        try (Socket socket = new Socket(LOOPBACK, receiver.localAddress().getPort())) {
            socket.setTcpNoDelay(true);
            final byte[][] packets = TestDatagram.run(1, 3, 700);
            final Mailbox mailbox = new Mailbox();
            for (int i = 0, at = 0; i < 21; i++, at += 100) {
                socket.getOutputStream().write(packets[at / 700], at % 700, 100);
                mailbox.fill(receiver, (at + 100) / 700);
            }

            assertThat(mailbox.datagrams()).containsExactly(packets);
        }
    }

    @Test
    void whatCameBeforeTheEndIsHandedOverBeforeTheEndIsTold() throws IOException {
        final DatagramPort receiver = port();
        final InetSocketAddress peer;
        try (Socket socket = new Socket(LOOPBACK, receiver.localAddress().getPort())) {
            peer = (InetSocketAddress) socket.getLocalSocketAddress();
            socket.getOutputStream().write(TestDatagram.of(1, 1_000));
            socket.getOutputStream().write(TestDatagram.of(2, 1_000), 0, 500); // the rest never comes
        }
        final List<Integer> packetsAtEnd = new ArrayList<>();
        final Ear ear = new Ear();
        ear.listen(receiver, () -> {
            if (!ear.gone.isEmpty() && packetsAtEnd.isEmpty()) {
                packetsAtEnd.add(ear.mailbox.datagrams().size());
            }
            return !ear.gone.isEmpty();
        });

        assertThat(ear.gone).containsExactly(peer);
        assertThat(packetsAtEnd).containsExactly(1);
        assertThat(ear.mailbox.datagrams()).containsExactly(TestDatagram.of(1, 1_000));
    }

    @Test
    void aResetIsTold() throws IOException {
        final DatagramPort receiver = port();
        final Socket socket = new Socket(LOOPBACK, receiver.localAddress().getPort());
        final InetSocketAddress peer = (InetSocketAddress) socket.getLocalSocketAddress();
        socket.getOutputStream().write(TestDatagram.of(1, 1_000));
        new Mailbox().fill(receiver, 1);
        socket.setSoLinger(true, 0);
        socket.close();

        final Ear ear = new Ear();
        ear.listen(receiver, () -> !ear.gone.isEmpty());

        assertThat(ear.gone).containsExactly(peer);
    }

    @Test
    void aDisconnectedPeerStillGetsWhatWasSent() {
        final DatagramPort sender = port();
        final DatagramPort receiver = port();
        final byte[][] packets = TestDatagram.run(0, 40, 1472);
        send(sender, receiver.localAddress(), packets);

        sender.disconnect(receiver.localAddress());

        final Ear ear = new Ear();
        ear.listen(receiver, () -> !ear.gone.isEmpty());
        assertThat(ear.mailbox.datagrams()).containsExactly(packets);
        assertThat(ear.gone).hasSize(1);
        final Ear own = new Ear();
        own.listen(sender, () -> sender.receive(own) == 0);
        assertThat(own.gone).as("who ends a stream knows it").isEmpty();
    }

    @Test
    void anotherStreamCanFollowToTheSamePeer() {
        final DatagramPort sender = port();
        final DatagramPort receiver = port();
        final Mailbox mailbox = new Mailbox();
        for (int i = 0; i < 3; i++) {
            send(sender, receiver.localAddress(), TestDatagram.of(i, 500));
            mailbox.fill(receiver, i + 1);
            sender.disconnect(receiver.localAddress());
        }

        assertThat(mailbox.datagrams()).containsExactly(TestDatagram.run(0, 3, 500));
        assertThat(new HashSet<>(mailbox.sources())).hasSize(3);
    }

    @Test
    void carriesIpv6() throws IOException {
        assumeTrue(NetworkInterface.getByInetAddress(InetAddress.ofLiteral("::1")) != null, "no IPv6 here");
        final InetSocketAddress loopback = new InetSocketAddress(InetAddress.ofLiteral("::1"), 0);
        try (DatagramPort sender = newPort(loopback);
                DatagramPort receiver = newPort(loopback)) {
            final byte[][] train = TestDatagram.run(0, 20, 1200);
            send(sender, receiver.localAddress(), train);

            assertThat(new Mailbox().fill(receiver, 20).datagrams()).containsExactly(train);
        }
    }

    private static boolean isAtEnd(Socket socket) {
        try {
            socket.setSoTimeout(5_000);
            return socket.getInputStream().read() < 0;
        } catch (IOException e) {
            return e.getMessage() != null && e.getMessage().contains("reset");
        }
    }
}
