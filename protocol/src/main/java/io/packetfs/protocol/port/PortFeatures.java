package io.packetfs.protocol.port;

/**
 * What a {@link DatagramPort} can do. The engine asks this once when a connection is built, never which carrier it runs on.
 *
 * @param carrier a short name for people and reports, such as {@code udp-epoll} or {@code sim}
 * @param trainSegmentsMax the most datagrams that one train may hold; 1 when the port cannot take trains
 * @param trainBytesMax the most bytes that one train may hold
 * @param mergesOnReceive whether a receive buffer may hold several datagrams (GRO)
 * @param reportsEcn whether {@link DatagramReceiver} learns the ECN field
 * @param marksEcn whether {@link DatagramTrain#ecn()} is honoured
 * @param reliableAndOrdered whether what is sent arrives, once and in order, or the port loses the peer, telling so (TCP): repair and
 *     pacing then stand down
 */
public record PortFeatures(
        String carrier,
        int trainSegmentsMax,
        int trainBytesMax,
        boolean mergesOnReceive,
        boolean reportsEcn,
        boolean marksEcn,
        boolean reliableAndOrdered) {
    /** The most datagrams the kernel takes in one send with segmentation offload (UDP_MAX_SEGMENTS of older kernels). */
    public static final int GSO_SEGMENTS_MAX = 64;

    /** The most bytes of UDP payload that one IPv4 packet, and so one train with segmentation offload, may hold. */
    public static final int UDP_PAYLOAD_BYTES_MAX = 65_507;

    public PortFeatures {
        if (trainSegmentsMax < 1 || trainBytesMax < 1) {
            throw new IllegalArgumentException(
                    "a train needs room: segments " + trainSegmentsMax + ", bytes " + trainBytesMax);
        }
    }
}
