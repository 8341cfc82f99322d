package io.packetfs.sim;

import io.packetfs.protocol.port.DatagramTrain;
import io.packetfs.protocol.port.PortFeatures;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** Two hosts on a simulated network, and what each has received. */
final class TwoHosts {
    static final InetAddress HOST_A = host(1);
    static final InetAddress HOST_B = host(2);
    static final long MS = 1_000_000L;

    /** What a port handed over in one call: a copy, in memory of its own. */
    record Received(long atNs, InetSocketAddress source, MemorySegment memory, int segmentBytes, int ecn) {
        int length() {
            return (int) memory.byteSize();
        }

        byte[] bytes() {
            return memory.toArray(ValueLayout.JAVA_BYTE);
        }

        /** The number that {@link #sendNumbered} wrote. */
        int number() {
            return memory.get(ValueLayout.JAVA_INT_UNALIGNED, 0);
        }
    }

    final SimNetwork network;
    final SimPort a;
    final SimPort b;
    final SimLink there;
    final SimLink back;
    final List<Received> atA = new ArrayList<>();
    final List<Received> atB = new ArrayList<>();
    private final DatagramTrain train = new DatagramTrain(PortFeatures.UDP_PAYLOAD_BYTES_MAX);

    TwoHosts(long seed, LinkSettings settings) {
        network = new SimNetwork(seed, settings);
        a = network.bind(new InetSocketAddress(HOST_A, 1000));
        b = network.bind(new InetSocketAddress(HOST_B, 2000));
        there = a.linkTo(b);
        back = b.linkTo(a);
    }

    TwoHosts(LinkSettings settings) {
        this(1, settings);
    }

    static InetAddress host(int last) {
        try {
            return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** Sends one datagram from A to B, its first byte {@code mark} and the others zero. */
    void send(int mark, int length) {
        byte[] bytes = new byte[length];
        bytes[0] = (byte) mark;
        send(a, b.externalAddress(), 0, bytes);
    }

    /** Sends {@code count} datagrams from A to B at once, each with its number in its first four bytes. */
    void sendNumbered(int count, int length) {
        for (int number = 0; number < count; number++) {
            byte[] bytes = new byte[length];
            MemorySegment.ofArray(bytes).set(ValueLayout.JAVA_INT_UNALIGNED, 0, number);
            send(a, b.externalAddress(), 0, bytes);
        }
    }

    /** Sends one train; all but the last datagram must be of the same length. */
    void send(SimPort from, InetSocketAddress to, int ecn, byte[]... datagrams) {
        train.reset(to, datagrams[0].length, datagrams.length);
        train.ecn(ecn);
        for (byte[] datagram : datagrams) {
            MemorySegment.copy(datagram, 0, train.memory(), ValueLayout.JAVA_BYTE, train.length(), datagram.length);
            train.append(datagram.length);
        }
        from.send(train);
    }

    /** Runs until nothing is under way. */
    void run() {
        receive();
        while (network.nextEventNs() != Long.MAX_VALUE) {
            network.advanceTo(network.nextEventNs());
            receive();
        }
    }

    void runTo(long toNs) {
        while (network.nextEventNs() <= toNs) {
            network.advanceTo(network.nextEventNs());
            receive();
        }
        network.advanceTo(toNs);
    }

    void receive() {
        receive(a, atA);
        receive(b, atB);
    }

    List<Integer> numbersAtB() {
        return atB.stream().map(Received::number).toList();
    }

    List<Long> timesAtB() {
        return atB.stream().map(Received::atNs).toList();
    }

    private void receive(SimPort port, List<Received> received) {
        int count;
        do {
            count = port.receive((source, memory, length, segmentBytes, ecn) -> received.add(new Received(
                    network.nowNs(),
                    source,
                    MemorySegment.ofArray(memory.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE)),
                    segmentBytes,
                    ecn)));
        } while (count > 0);
    }
}
