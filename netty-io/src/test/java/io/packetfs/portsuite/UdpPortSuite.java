package io.packetfs.portsuite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packetfs.protocol.port.DatagramPort;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import org.junit.jupiter.api.Test;

/** What every port over UDP must do as well. */
public abstract class UdpPortSuite extends DatagramPortSuite {
    /** Opens a port bound to {@code address}. */
    protected abstract DatagramPort newPort(InetSocketAddress address);

    @Override
    protected DatagramPort newPort() {
        return newPort(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
    }

    @Test
    void saysWhichPortTheKernelChose() {
        assertThat(port().localAddress().getPort()).isPositive();
        assertThat(port().localAddress().getAddress()).isEqualTo(InetAddress.ofLiteral("127.0.0.1"));
    }

    @Test
    void ignoresDatagramsWithoutPayload() throws IOException {
        final DatagramPort receiver = port();
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.send(ByteBuffer.allocate(0), receiver.localAddress());
            channel.send(ByteBuffer.wrap(TestDatagram.of(1, 100)), receiver.localAddress());
            channel.send(ByteBuffer.allocate(0), receiver.localAddress());
            channel.send(ByteBuffer.wrap(TestDatagram.of(2, 100)), receiver.localAddress());
        }

        final Mailbox mailbox = new Mailbox().fill(receiver, 2).drain(receiver);

        assertThat(mailbox.datagrams()).containsExactly(TestDatagram.of(1, 100), TestDatagram.of(2, 100));
    }

    @Test
    void aClosedPortOfOnePeerDoesNotDisturbTheOthers() throws IOException {
        final DatagramPort sender = port();
        final DatagramPort receiver = port();
        final InetSocketAddress nobody;
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"))) {
            nobody = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), socket.getLocalPort());
        }
        for (int i = 0; i < 20; i++) {
            send(sender, nobody, TestDatagram.run(0, 5, 1000));
            send(sender, receiver.localAddress(), TestDatagram.of(i, 1000));

            assertThat(new Mailbox().fill(receiver, 1).datagrams()).containsExactly(TestDatagram.of(i, 1000));
            assertThat(sender.receive(new Mailbox())).isZero();
        }
    }

    @Test
    void anAddressWithoutARouteDoesNotDisturbTheOthers() {
        final DatagramPort sender = port();
        final DatagramPort receiver = port();
        // From a socket bound to loopback the kernel sends nowhere else.
        final InetSocketAddress elsewhere = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 9);

        send(sender, elsewhere, TestDatagram.run(0, 5, 1000));
        send(sender, elsewhere, TestDatagram.of(5, 1000));
        send(sender, receiver.localAddress(), TestDatagram.of(6, 1000));

        assertThat(new Mailbox().fill(receiver, 1).datagrams()).containsExactly(TestDatagram.of(6, 1000));
    }

    @Test
    void carriesIpv6() throws IOException {
        assumeTrue(hasIpv6Loopback(), "no IPv6 here");
        final InetSocketAddress loopback = new InetSocketAddress(InetAddress.ofLiteral("::1"), 0);
        try (DatagramPort sender = newPort(loopback);
                DatagramPort receiver = newPort(loopback)) {
            final byte[][] train = TestDatagram.run(0, 20, 1200);
            send(sender, receiver.localAddress(), train);

            final Mailbox mailbox = new Mailbox().fill(receiver, 20);

            assertThat(mailbox.datagrams()).containsExactly(train);
            assertThat(mailbox.sources()).containsOnly(sender.localAddress());
        }
    }

    @Test
    void theWildcardAddressTakesIpv4AndIpv6() throws IOException {
        assumeTrue(hasIpv6Loopback(), "no IPv6 here");
        try (DatagramPort receiver = newPort(new InetSocketAddress(0));
                DatagramPort ipv4 = newPort(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
                DatagramPort ipv6 = newPort(new InetSocketAddress(InetAddress.ofLiteral("::1"), 0))) {
            final int portNumber = receiver.localAddress().getPort();
            send(ipv4, new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), portNumber), TestDatagram.of(4, 400));
            send(ipv6, new InetSocketAddress(InetAddress.ofLiteral("::1"), portNumber), TestDatagram.of(6, 600));

            final Mailbox mailbox = new Mailbox().fill(receiver, 2);

            assertThat(mailbox.datagrams()).containsExactlyInAnyOrder(TestDatagram.of(4, 400), TestDatagram.of(6, 600));
            assertThat(mailbox.sources()).containsExactlyInAnyOrder(ipv4.localAddress(), ipv6.localAddress());
            mailbox.sources().forEach(source -> send(receiver, source, TestDatagram.of(1, 100)));
            assertThat(new Mailbox().fill(ipv4, 1).datagrams()).hasSize(1);
            assertThat(new Mailbox().fill(ipv6, 1).datagrams()).hasSize(1);
        }
    }

    private static boolean hasIpv6Loopback() throws IOException {
        return NetworkInterface.getByInetAddress(InetAddress.ofLiteral("::1")) != null;
    }
}
