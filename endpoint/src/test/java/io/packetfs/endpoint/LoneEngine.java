package io.packetfs.endpoint;

import io.packetfs.protocol.port.DatagramTrain;
import io.packetfs.protocol.port.PortFeatures;
import io.packetfs.protocol.trace.Trace;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One engine without a network: the test puts datagrams before it, takes what it sends, and sets the time. After every input all
 * transmits are drained, as an agent does.
 */
final class LoneEngine {
    /** A datagram that the engine has sent. */
    static final class Sent {
        final InetSocketAddress destination;
        final byte[] bytes;

        Sent(InetSocketAddress destination, byte[] bytes) {
            this.destination = destination;
            this.bytes = bytes;
        }
    }

    final Endpoint endpoint;

    /** The valid packets that came, as a trace is told of them: number and length. */
    final List<String> packetsRead = new ArrayList<>();

    private final DatagramTrain train = new DatagramTrain(PortFeatures.UDP_PAYLOAD_BYTES_MAX);
    private final ArrayDeque<Sent> sent = new ArrayDeque<>();
    private long nowNs;

    LoneEngine(long seed, EndpointConfig config) {
        Trace trace = new Trace() {
            @Override
            public boolean wantsPackets() {
                return true;
            }

            @Override
            public void onPacketReceived(long atNs, long packetNumber, int bytes) {
                packetsRead.add(packetNumber + " " + bytes);
            }
        };
        endpoint = new Endpoint(config, EnginePair.entropy(seed), (id, isInitiator) -> trace);
    }

    long nowNs() {
        return nowNs;
    }

    /** One datagram arrives. */
    void receive(InetSocketAddress source, byte[] datagram) {
        receive(source, datagram, datagram.length);
    }

    /** A buffer arrives that holds datagrams of {@code segmentBytes}, or of sizes that the carrier does not know if that is 0. */
    void receive(InetSocketAddress source, byte[] buffer, int segmentBytes) {
        byte[] copy = buffer.clone(); // packets are opened in place
        endpoint.onDatagrams(nowNs, source, MemorySegment.ofArray(copy), copy.length, segmentBytes, -1);
        drain();
    }

    /** One datagram arrives while the port takes nothing. */
    void receiveWithoutSending(InetSocketAddress source, byte[] datagram) {
        byte[] copy = datagram.clone();
        endpoint.onDatagrams(nowNs, source, MemorySegment.ofArray(copy), copy.length, copy.length, -1);
    }

    /** Lets time pass; what becomes due is done at its time. */
    void advance(long ns) {
        long endNs = nowNs + ns;
        drain();
        for (long dueNs = endpoint.deadlineNs(); dueNs <= endNs; dueNs = endpoint.deadlineNs()) {
            nowNs = Math.max(nowNs, dueNs);
            endpoint.onDeadline(nowNs);
            drain();
        }
        nowNs = endNs;
        endpoint.onTime(nowNs);
    }

    /** Takes out everything that was sent since the last call. */
    List<Sent> takeSent() {
        drain();
        List<Sent> all = new ArrayList<>(sent);
        sent.clear();
        return all;
    }

    private void drain() {
        while (endpoint.pollTransmit(nowNs, train, PortFeatures.GSO_SEGMENTS_MAX)) {
            for (int offset = 0; offset < train.length(); offset += train.segmentBytes()) {
                int end = Math.min(offset + train.segmentBytes(), train.length());
                sent.add(new Sent(train.destination(), Arrays.copyOfRange(train.array(), offset, end)));
            }
        }
    }
}
