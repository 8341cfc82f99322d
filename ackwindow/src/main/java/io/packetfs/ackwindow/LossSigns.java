package io.packetfs.ackwindow;

/** What lost packets say about congestion: which of them count, which belong together, and how much was delivered meanwhile. */
final class LossSigns {
    private final LossEpisode episode = new LossEpisode();
    private final LossRuns runs = new LossRuns();
    private final LostPacket lostPacket = new LostPacket();

    /** A packet was declared lost. Returns what there is to say of it, valid until the next one. */
    LostPacket onLost(long number, SentPackets packets, DeliveryRate rate) {
        int slot = packets.slot(number);
        int bytes = packets.bytes(slot);
        int signalBytes = runs.counts(number) ? bytes : 0;
        if (signalBytes > 0) {
            packets.setFlag(slot, SendWindow.LOSS_SIGNAL);
        }
        rate.onLost(bytes, signalBytes);
        lostPacket.bytes = bytes;
        lostPacket.sentNs = packets.sentNs(slot);
        lostPacket.inFlightBytesAtSend = packets.inFlightBytes(slot);
        lostPacket.lossSignalBytes = signalBytes;
        lostPacket.lossSignalSinceSendBytes =
                Math.max(signalBytes, rate.lossSignalBytes() - packets.lossSignalBytes(slot));
        lostPacket.deliveredBytes = rate.deliveredBytes();
        lostPacket.deliveredSinceSendBytes = rate.deliveredBytes() - packets.deliveredBytes(slot);
        lostPacket.isApplicationLimited = packets.hasFlag(slot, SendWindow.APPLICATION_LIMITED);
        lostPacket.isNewEpisode = episode.onLost(number, packets.end());
        return lostPacket;
    }

    /** One of them has arrived after all. Returns whether the response to its episode was wrong. */
    boolean onSpurious(long number, SentPackets packets, DeliveryRate rate) {
        int slot = packets.slot(number);
        int bytes = packets.bytes(slot);
        rate.onSpurious(bytes, packets.hasFlag(slot, SendWindow.LOSS_SIGNAL) ? bytes : 0);
        return episode.onSpurious(number);
    }
}
