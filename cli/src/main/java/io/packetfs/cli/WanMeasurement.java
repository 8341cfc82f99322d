package io.packetfs.cli;

/**
 * What one run gave.
 *
 * @param goodputBitsPerSecond what the receiver got for its application, over the steady part
 * @param payloadBytes what the receiver got while the wire carried {@code wireBytes}
 * @param wireBytes what the sender put on the wire, whole IP packets
 * @param wirePackets their count
 * @param retransmitted packets or segments that the sender sent again, as it counts them, in the whole run
 * @param rttUsMedian the median round trip of the whole run, microseconds; null where the sender does not tell
 */
record WanMeasurement(
        double goodputBitsPerSecond,
        long payloadBytes,
        long wireBytes,
        long wirePackets,
        long retransmitted,
        Double rttUsMedian) {}
