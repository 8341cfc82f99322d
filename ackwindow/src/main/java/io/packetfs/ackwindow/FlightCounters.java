package io.packetfs.ackwindow;

/** What became of a {@link Flight}'s packets so far. The flight counts; whoever has it may read. Over a stream most of it stays 0. */
public final class FlightCounters {
    long packetsSent;
    long packetsAcked;
    long packetsLost;
    long packetsSpurious;
    long mtuProbesLost;
    long lossesUndone;
    long probeTimeouts;
    long persistentCongestions;
    long congestionMarks;
    long acksInvalid;
    long acksWithoutNews;

    FlightCounters() {}

    public long packetsSent() {
        return packetsSent;
    }

    public long packetsAcked() {
        return packetsAcked;
    }

    /** Packets declared lost, rightly or not. */
    public long packetsLost() {
        return packetsLost;
    }

    /** Packets declared lost that arrived after all. */
    public long packetsSpurious() {
        return packetsSpurious;
    }

    public long mtuProbesLost() {
        return mtuProbesLost;
    }

    /** Responses to losses that were taken back. */
    public long lossesUndone() {
        return lossesUndone;
    }

    public long probeTimeouts() {
        return probeTimeouts;
    }

    public long persistentCongestions() {
        return persistentCongestions;
    }

    /** Packets that the path marked as congested, as far as its marks are believed. */
    public long congestionMarks() {
        return congestionMarks;
    }

    /** Frames that acknowledged what was never sent. */
    public long acksInvalid() {
        return acksInvalid;
    }

    /** Frames that acknowledged nothing new. */
    public long acksWithoutNews() {
        return acksWithoutNews;
    }
}
