package io.packetfs.protocol;

/**
 * Takes the frames of one packet in their order, as {@link FrameReader} finds them. Frames are views: valid during the call, in memory
 * that the callee does not own. Each method returns a reason code; anything but {@link ReasonCode#NO_ERROR} ends the reading.
 *
 * <p>The frames before a broken one have been handed over by the time it is found: the connection is then closed, so it does not
 * matter what they did.
 */
public interface FrameHandler {
    int onPing();

    int onAck(AckFrame ack);

    /**
     * How often the peer wants an ACK.
     *
     * @param packets an ACK is due after this many ack-eliciting packets, at least 1
     * @param maxDelayUs and at the latest after this time, in microseconds
     */
    int onAckFrequency(int packets, long maxDelayUs);

    /**
     * What the peer now allows in all.
     *
     * @param bytesMax the sum of head and slab bytes of all grams that may have been opened
     * @param gramsMax gram ids below this may be used
     */
    int onCredit(long bytesMax, long gramsMax);

    /**
     * The peer has ended the connection.
     *
     * @param message for people; never null, free of control characters
     */
    int onClose(int reason, String message);

    /** The peer wants to know whether this side is where the packet went to: {@code data} is to be sent back there. */
    int onPathChallenge(long data);

    /** The peer has had a challenge with this data. */
    int onPathResponse(long data);

    int onHead(HeadFrame head);

    int onChunk(ChunkFrame chunk);

    int onPiece(PieceFrame piece);

    int onGram(GramFrame gram);
}
