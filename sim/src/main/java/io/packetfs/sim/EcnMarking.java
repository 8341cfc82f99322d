package io.packetfs.sim;

/**
 * What a link does to the ECN field. Only datagrams that say they understand ECN (ECT) are marked CE.
 *
 * @param bleach whether the field is cleared; nothing is marked then
 * @param ceProbability the share of datagrams marked whatever the queue
 * @param ceQueueBytes a datagram is marked when more than this is queued ahead of and with it; {@link Long#MAX_VALUE} for never
 */
public record EcnMarking(boolean bleach, double ceProbability, long ceQueueBytes) {
    /** The field as RFC 3168 has it. */
    public static final int NOT_ECT = 0;

    public static final int ECT_1 = 1;
    public static final int ECT_0 = 2;
    public static final int CE = 3;

    public static final EcnMarking NONE = new EcnMarking(false, 0.0, Long.MAX_VALUE);
    public static final EcnMarking BLEACHED = new EcnMarking(true, 0.0, Long.MAX_VALUE);
    public static final EcnMarking ALL_CE = new EcnMarking(false, 1.0, Long.MAX_VALUE);

    public EcnMarking {
        Ranges.checkProbability("CE probability", ceProbability);
        Ranges.check("CE threshold in bytes", ceQueueBytes, 0, Long.MAX_VALUE);
    }

    /** Marks what finds more than {@code queueBytes} in the queue. */
    public static EcnMarking aboveQueueBytes(long queueBytes) {
        return new EcnMarking(false, 0.0, queueBytes);
    }
}
