package io.packetfs.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packetfs.linux.Linux;
import io.packetfs.linux.OutgoingMessages;
import io.packetfs.linux.UdpOption;
import io.packetfs.linux.UdpSocket;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A relay that asks the kernel for trains of datagrams. */
class LinuxUdpRelayTest extends UdpRelayTest {
    private static final InetSocketAddress ANY_LOOPBACK = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    private static final int TRAINS = 60;
    private static final int QUIET_MS = 400;

    @BeforeAll
    static void needsLinux() {
        assumeTrue(Linux.isAvailable(), Linux.unavailabilityCause());
    }

    @Override
    UdpRelay.Binder binder() {
        return LinuxRelaySockets::bind;
    }

    /** A train of datagrams: their common size, that of the last, and how many they are. */
    private record Train(int segmentBytes, int lastBytes, int count) {}

    @Test
    void trainsKeepEverySizeAndByteAndOrder() throws IOException {
        List<byte[]> sent = new ArrayList<>();
        for (Train train : trains(1)) {
            sent.addAll(datagrams(train));
        }

        assertThat(through(LinuxRelaySockets::bind, LinkSettings.CLEAN, 1)).isEqualTo(texts(sent));
    }

    @Test
    void aDatagramInATrainMeetsWhatItWouldMeetAlone() throws IOException {
        LinkSettings rough = LinkSettings.builder()
                .lossProbability(0.1)
                .duplicateProbability(0.1)
                .corruption(Corruption.ofBits(0.1))
                .truncateProbability(0.1)
                .payloadBytesMax(5_000)
                .build();

        List<String> inTrains = through(LinuxRelaySockets::bind, rough, 2);

        assertThat(inTrains).isEqualTo(through(NioRelaySockets::bind, rough, 2));
        assertThat(inTrains.size()).isBetween(TRAINS, TRAINS * 64);
    }

    @Test
    void onlyNeighboursOfOneSizeTravelTogether() {
        Outbox outbox = new Outbox();
        for (int length : new int[] {100, 100, 60, 100, 100, 300, 0, 300}) {
            RelayDatagram datagram = new RelayDatagram(512);
            datagram.length = length;
            outbox.add(datagram);
        }

        assertThat(outbox.trainCount(0, 64, 65_507)).isEqualTo(3);
        assertThat(outbox.trainCount(0, 64, 200)).isEqualTo(2);
        assertThat(outbox.trainCount(0, 1, 65_507)).isEqualTo(1);
        assertThat(outbox.trainCount(2, 64, 65_507)).isEqualTo(1);
        assertThat(outbox.trainCount(3, 64, 65_507)).isEqualTo(2);
        assertThat(outbox.trainCount(5, 64, 65_507)).isEqualTo(2);
        assertThat(outbox.trainCount(7, 64, 10)).isEqualTo(1);
    }

    /** Sends trains through a relay of its own, one after the other, and returns what came of them. */
    private static List<String> through(UdpRelay.Binder binder, LinkSettings settings, long seed) throws IOException {
        List<byte[]> received = new ArrayList<>();
        try (DatagramSocket target = new DatagramSocket(ANY_LOOPBACK);
                UdpSocket from = Linux.udpSockets().openIpv4();
                OutgoingMessages messages = new OutgoingMessages(false, 64, 65_507);
                UdpRelay relay = UdpRelay.start(
                        binder, ANY_LOOPBACK, (InetSocketAddress) target.getLocalSocketAddress(), settings, seed)) {
            target.setReceiveBufferSize(4 << 20);
            from.set(UdpOption.SO_SNDBUF, 4 << 20);
            from.bind(ANY_LOOPBACK);
            for (Train train : trains(seed)) {
                List<byte[]> datagrams = datagrams(train);
                ByteBuffer flat = ByteBuffer.allocate(65_507);
                datagrams.forEach(flat::put);
                messages.load(relay.address(), flat.array(), flat.position(), 0);
                messages.asOne(flat.position(), train.segmentBytes(), false);
                long before = relay.counters(UdpRelay.Direction.UPSTREAM).datagrams(LinkEvent.SENT);
                assertThat(from.send(messages, 0, 1)).isEqualTo(1);
                receive(target, relay, before + train.count(), received);
            }
        }
        return texts(received);
    }

    /** Waits until the relay has decided about so many, and takes what it has passed on. */
    private static void receive(DatagramSocket target, UdpRelay relay, long sentCount, List<byte[]> received)
            throws IOException {
        LinkCounters counters = relay.counters(UdpRelay.Direction.UPSTREAM);
        byte[] buffer = new byte[65_536];
        while (counters.datagrams(LinkEvent.SENT) < sentCount
                || received.size() < counters.datagrams(LinkEvent.PASSED) + counters.datagrams(LinkEvent.DUPLICATED)) {
            target.setSoTimeout(QUIET_MS);
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                target.receive(packet);
                received.add(Arrays.copyOf(buffer, packet.getLength()));
            } catch (SocketTimeoutException e) {
                // Everything was lost, or the machine is busy.
            }
        }
    }

    private static List<Train> trains(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Train> all = new ArrayList<>();
        for (int i = 0; i < TRAINS; i++) {
            int segmentBytes = 1 + random.nextInt(i % 3 == 0 ? 9_000 : 1_472);
            int count = 1 + random.nextInt(Math.min(64, 65_507 / segmentBytes));
            all.add(new Train(segmentBytes, 1 + random.nextInt(segmentBytes), count));
        }
        return all;
    }

    private static List<byte[]> datagrams(Train train) {
        SplittableRandom random = new SplittableRandom(train.hashCode());
        List<byte[]> all = new ArrayList<>();
        for (int i = 0; i < train.count(); i++) {
            byte[] bytes = new byte[i < train.count() - 1 ? train.segmentBytes() : train.lastBytes()];
            random.nextBytes(bytes);
            all.add(bytes);
        }
        return all;
    }

    private static List<String> texts(List<byte[]> datagrams) {
        return datagrams.stream()
                .map(bytes -> bytes.length + ":" + Arrays.hashCode(bytes))
                .toList();
    }
}
