package io.packetfs.transfer;

import io.packetfs.endpoint.ConnectionStats;

/**
 * How far a transfer has come.
 *
 * @param bytesDone bytes that the receiver has, as far as this side knows
 * @param bytesTotal -1 if not known, as of a stream
 * @param rttNs smoothed; 0 if not known
 * @param packetsRetransmitted packets that carried a repair
 * @param atNs when it was so, by the clock of the session
 */
public record TransferProgress(
        TransferPhase phase,
        long bytesDone,
        long bytesTotal,
        int fileCount,
        long rttNs,
        long packetsRetransmitted,
        long atNs) {
    public static final TransferProgress NONE = new TransferProgress(TransferPhase.CONNECTING, 0, -1, 0, 0, 0, 0);

    /** With the connection's counters, or null if there is none. */
    static TransferProgress of(
            TransferPhase phase, long bytesDone, long bytesTotal, int fileCount, ConnectionStats stats) {
        return stats == null
                ? new TransferProgress(phase, bytesDone, bytesTotal, fileCount, 0, 0, 0)
                : new TransferProgress(
                        phase,
                        bytesDone,
                        bytesTotal,
                        fileCount,
                        stats.rttNsSmoothed(),
                        stats.packetsRetransmitted(),
                        0);
    }

    /** The same, at this moment. */
    TransferProgress at(long nowNs) {
        return new TransferProgress(phase, bytesDone, bytesTotal, fileCount, rttNs, packetsRetransmitted, nowNs);
    }
}
