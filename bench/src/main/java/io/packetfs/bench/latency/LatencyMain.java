package io.packetfs.bench.latency;

import io.packetfs.bench.latency.LatencyContender.Carrier;
import io.packetfs.nettyio.NettyTcpPort;
import io.packetfs.nettyio.NettyTcpPortConfig;
import io.packetfs.nettyio.NettyUdpPort;
import io.packetfs.nettyio.NettyUdpPortConfig;
import io.packetfs.protocol.port.DatagramPort;
import io.packetfs.records.GramConnection;
import io.packetfs.records.GramEndpoint;
import io.packetfs.records.GramException;
import io.packetfs.records.GramLane;
import io.packetfs.records.GramListener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * The process of one end of a latency measurement. It ends with its standard input, so that it never outlives the process that started it.
 *
 * <p>The sender is an open loop: each record has a moment at which it is to be sent, writes that into itself, and is offered then, or
 * as soon after it as the lane has room; so what waits because others do is counted in full. The receiver subtracts it from the time at
 * which its application has the record. Both read the clock that counts from the machine's start (System.nanoTime, CLOCK_MONOTONIC on
 * Linux), which is one for all processes and network namespaces of a machine.
 */
final class LatencyMain {
    static final String READY = "ready ";
    static final String RESULT = "result ";
    static final long LATENCY_US_MAX = 600_000_000;
    static final int SIGNIFICANT_DIGITS = 3;

    private static final int LANE = 1;
    private static final int SECOND_NS = 1_000_000_000;
    private static final int NS_PER_US = 1_000;

    private LatencyMain() {}

    /** Either {@code receive CARRIER ADDRESS RECORDS WARM_UP} or {@code send CARRIER ORDERED TICKET RECORDS PER_SECOND BYTES}. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Thread.ofPlatform().daemon().name("bench-owner").start(LatencyMain::endWithInput);
        if (args[0].equals("receive")) {
            receive(Carrier.valueOf(args[1]), args[2], Integer.parseInt(args[3]), Integer.parseInt(args[4]));
        } else {
            send(
                    Carrier.valueOf(args[1]),
                    Boolean.parseBoolean(args[2]),
                    args[3],
                    Integer.parseInt(args[4]),
                    Integer.parseInt(args[5]),
                    Integer.parseInt(args[6]));
        }
        Thread.currentThread().join(); // until the input ends
    }

    private static void receive(Carrier carrier, String address, int records, int warmUp)
            throws IOException, InterruptedException {
        Histogram histogram = new Histogram(LATENCY_US_MAX, SIGNIFICANT_DIGITS);
        int received = 0;
        try (GramEndpoint endpoint = GramEndpoint.over(open(carrier, new InetSocketAddress(address, 0)));
                GramListener listener = endpoint.listen()) {
            System.out.println(READY + listener.ticket());
            GramLane lane = listener.accept().lane(LANE);
            while (received < records) {
                byte[] record = lane.receive();
                if (record == null) {
                    break;
                }
                ByteBuffer fields = ByteBuffer.wrap(record);
                long latencyUs = (System.nanoTime() - fields.getLong()) / NS_PER_US;
                if (fields.getInt() >= warmUp) {
                    histogram.recordValue(Math.clamp(latencyUs, 0, LATENCY_US_MAX));
                }
                received++;
            }
            ByteBuffer encoded = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
            int length = histogram.encodeIntoCompressedByteBuffer(encoded);
            String text = Base64.getEncoder().encodeToString(Arrays.copyOf(encoded.array(), length));
            System.out.println(RESULT + received + " " + text);
            lane.receive(); // the sender closes, when the last acknowledgement has come
        }
    }

    private static void send(
            Carrier carrier, boolean ordered, String ticket, int records, int recordsPerSecond, int recordBytes)
            throws InterruptedException, GramException {
        int late = 0;
        try (GramEndpoint endpoint = GramEndpoint.over(open(carrier, new InetSocketAddress(0)));
                GramConnection connection = endpoint.connect(ticket)) {
            System.out.println(READY);
            GramLane lane = ordered ? connection.orderedLane(LANE) : connection.lane(LANE);
            long startNs = System.nanoTime() + SECOND_NS / 10;
            for (int i = 0; i < records; i++) {
                long intendedNs = startNs + (long) i * SECOND_NS / recordsPerSecond;
                awaitNs(intendedNs);
                byte[] record = new byte[recordBytes];
                ByteBuffer.wrap(record).putLong(intendedNs).putInt(i);
                if (!lane.tryOffer(record)) {
                    late++;
                    lane.offer(record);
                }
            }
        }
        System.out.println(RESULT + late);
    }

    private static void awaitNs(long momentNs) {
        for (long leftNs = momentNs - System.nanoTime(); leftNs > 0; leftNs = momentNs - System.nanoTime()) {
            LockSupport.parkNanos(leftNs);
        }
    }

    private static DatagramPort open(Carrier carrier, InetSocketAddress address) {
        return switch (carrier) {
            case UDP -> NettyUdpPort.open(NettyUdpPortConfig.on(address));
            case TCP -> NettyTcpPort.open(NettyTcpPortConfig.on(address));
        };
    }

    private static void endWithInput() {
        try {
            while (System.in.read() >= 0) {
                // nobody has anything to say
            }
        } catch (IOException e) {
            System.err.println("standard input failed: " + e);
        }
        System.exit(0);
    }
}
