package io.packetfs.endpoint;

/**
 * A connection's counters at one moment. Counts are since its beginning; bytes on the wire are UDP payload.
 *
 * @param packetsLost declared lost; those that turn out to have arrived are counted in {@code packetsSpurious} as well
 * @param packetsRetransmitted packets that carried at least one repair
 * @param packetsDuplicate packets received whose number had been seen
 * @param packetsDiscarded packets received that were damaged, forged, or too old to be judged
 * @param packetsTooOld of those, the ones that were too old
 * @param framesDuplicate frames received that brought nothing new
 * @param gramBytesPending bytes received of grams that are not delivered, heads included
 * @param repairedBytes payload bytes sent again
 * @param creditBlocked how often new data had to wait for flow credit
 * @param creditWindowBytes the flow-credit window granted to the peer
 * @param congestionWindowBytes the sender's congestion window
 * @param pacingBytesPerSecond the sender's pacing rate
 * @param rttNsSmoothed nanoseconds; 0 before the first sample
 * @param rttNsMin nanoseconds; 0 before the first sample
 * @param datagramBytes UDP payload of a full packet
 */
public record ConnectionStats(
        long packetsSent,
        long bytesSent,
        long packetsReceived,
        long bytesReceived,
        long packetsLost,
        long packetsSpurious,
        long packetsRetransmitted,
        long packetsDuplicate,
        long packetsDiscarded,
        long packetsTooOld,
        long framesDuplicate,
        long gramsSent,
        long gramsDelivered,
        long gramBytesPending,
        long repairedBytes,
        long creditBlocked,
        long creditWindowBytes,
        long congestionWindowBytes,
        long pacingBytesPerSecond,
        long rttNsSmoothed,
        long rttNsMin,
        int datagramBytes) {
    /** The counters of both connections together; what is no count stays as it is here. */
    public ConnectionStats plus(ConnectionStats other) {
        return new ConnectionStats(
                packetsSent + other.packetsSent,
                bytesSent + other.bytesSent,
                packetsReceived + other.packetsReceived,
                bytesReceived + other.bytesReceived,
                packetsLost + other.packetsLost,
                packetsSpurious + other.packetsSpurious,
                packetsRetransmitted + other.packetsRetransmitted,
                packetsDuplicate + other.packetsDuplicate,
                packetsDiscarded + other.packetsDiscarded,
                packetsTooOld + other.packetsTooOld,
                framesDuplicate + other.framesDuplicate,
                gramsSent + other.gramsSent,
                gramsDelivered + other.gramsDelivered,
                gramBytesPending + other.gramBytesPending,
                repairedBytes + other.repairedBytes,
                creditBlocked + other.creditBlocked,
                creditWindowBytes,
                congestionWindowBytes,
                pacingBytesPerSecond,
                rttNsSmoothed,
                rttNsMin,
                datagramBytes);
    }
}
