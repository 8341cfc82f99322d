package io.packetfs.transfer;

import io.packetfs.endpoint.ConnectionStats;
import java.util.HexFormat;

/** What both sides of a schedule say of it. */
final class ScheduleReports {
    private ScheduleReports() {}

    static TransferProgress progress(TransferPhase phase, long namedBytes, ConnectionStats stats) {
        return new TransferProgress(
                phase,
                namedBytes,
                -1,
                1,
                stats == null ? 0 : stats.rttNsSmoothed(),
                stats == null ? 0 : stats.packetsRetransmitted());
    }

    /** The sum of the grams' digests as text; null if the schedule did not come to its end. */
    static String digest(Failure cause, long digestSum) {
        return cause == null ? "crc32c-sum:" + HexFormat.of().toHexDigits(digestSum) : null;
    }
}
