package io.packetfs.ackwindow;

/**
 * Spreads packets over time by a budget of bytes that fills at the pacing rate and is spent by sending. Bytes are released by the train:
 * once a whole {@link #quantumBytes() quantum} is there, all of the budget may be spent; once it is spent, nothing goes until the next
 * quantum has filled. So trains are long whatever the rhythm in which the sender asks.
 *
 * <p>The budget never holds more than a quantum and what fills in {@link #IDLE_NS}, so a sender that was idle may send a train at once,
 * but no more than that. A sender that waits for the pacer is another matter: when it was told a time and comes late, because timers
 * fire late or its thread waited for a processor, it is owed what the rate gave meanwhile, up to {@link #LATENESS_NS}. Otherwise the
 * rate of a busy host would be lower than what its congestion control asks for, and its bandwidth samples with it.
 */
// spec: CC-1
public final class Pacer {
    /** A train carries what the rate gives in this time, within the bounds below. */
    static final long QUANTUM_NS = 1_000_000L;

    static final int QUANTUM_BYTES_MAX = 64 * 1024;

    /** A train holds at least so many packets, if the rate gives them within {@link #QUANTUM_NS_MAX}. */
    static final int QUANTUM_PACKETS_MIN = 10;

    static final long QUANTUM_NS_MAX = 4_000_000L;

    /** A train holds at least so many packets at any rate. */
    static final int QUANTUM_PACKETS_FLOOR = 2;

    /** Trains that are kept short carry what the rate gives in this time, or {@link #QUANTUM_PACKETS_FLOOR} packets. */
    static final long QUANTUM_NS_MIN = 250_000L;

    /** The initial window may go out at once (RFC 9002, section 7.7). */
    static final int PACKETS_AT_FIRST = 10;

    /** What an idle sender may save up, besides a quantum. */
    static final long IDLE_NS = 1_000_000L;

    /** How late a sender that waits may come without losing rate: a few slices of a busy processor. */
    static final long LATENESS_NS = 8_000_000L;

    private long bytesPerSecond;
    private int datagramBytes;
    private int quantumBytes;
    private double budgetBytesMax;
    private double budgetBytesMaxAwaited;

    /** In bytes; below zero after a packet that was sent regardless, such as a probe. */
    private double budgetBytes;

    private long filledNs;
    private boolean hasStarted;
    private boolean isReleased;
    private int halvings;

    /** What has gone out of the present train. */
    private long trainSentBytes;

    /** Whether the sender was told a time and has not sent since. */
    private boolean isAwaited;

    /** The time that it was told; it has come by then, or is late. */
    private long toldNs;

    private final Lateness lateness = new Lateness();

    Pacer(int datagramBytes) {
        this.datagramBytes = datagramBytes;
    }

    void datagramBytes(int bytes) {
        datagramBytes = bytes;
        if (hasStarted) {
            setRate(bytesPerSecond);
        }
    }

    /** The rate from {@code nowNs} on; comes before all other inputs. */
    void rate(long nowNs, long bytesPerSecond) {
        if (bytesPerSecond == this.bytesPerSecond) {
            return;
        }
        if (hasStarted) {
            fill(nowNs);
            setRate(bytesPerSecond);
            return;
        }
        hasStarted = true;
        isReleased = true;
        filledNs = nowNs;
        setRate(bytesPerSecond);
        budgetBytes = Math.max(budgetBytesMax, (double) PACKETS_AT_FIRST * datagramBytes);
    }

    /** From now on trains are shorter by so many powers of two than the rate allows, but no less than {@link #QUANTUM_NS_MIN}. */
    void halvings(int powers) {
        if (halvings != powers && hasStarted) {
            halvings = powers;
            setRate(bytesPerSecond);
        }
    }

    /** How many packets of a size may go before half a train, or more, has gone out. */
    int packetsInFirstHalf(int bytes) {
        long leftBytes = (quantumBytes + 1) / 2 - trainSentBytes;
        return leftBytes <= 0 ? 0 : (int) Math.ceilDiv(leftBytes, bytes);
    }

    void onSent(long nowNs, long bytes) {
        fill(nowNs);
        trainSentBytes += bytes;
        isAwaited = false;
        budgetBytes -= bytes;
        if (budgetBytes < datagramBytes) {
            isReleased = false;
        }
    }

    /** Bytes that may be sent now; 0, or at least one datagram. */
    long sendableBytes(long nowNs) {
        fill(nowNs);
        if (budgetBytes >= quantumBytes && !isReleased) {
            isReleased = true;
            trainSentBytes = 0;
        }
        return isReleased ? (long) budgetBytes : 0;
    }

    /**
     * When {@link #sendableBytes} will be above 0: now, or the time at which a quantum will have filled. Only a sender that has something
     * to send asks: from here on it is late if it comes later.
     */
    long nextSendNs(long nowNs) {
        if (sendableBytes(nowNs) > 0) {
            return nowNs;
        }
        isAwaited = true;
        toldNs = nowNs + Math.max(1, Rates.durationNs((long) Math.ceil(quantumBytes - budgetBytes), bytesPerSecond));
        return toldNs;
    }

    /** How late a sender that waits has come at most of late, up to {@link #LATENESS_NS}. */
    long latenessNs(long nowNs) {
        return Math.min(lateness.ns(nowNs), LATENESS_NS);
    }

    /** How many bytes a train carries at a rate. */
    static int quantumBytes(long bytesPerSecond, int datagramBytes) {
        long floorBytes =
                Math.min((long) QUANTUM_PACKETS_MIN * datagramBytes, Rates.bytes(bytesPerSecond, QUANTUM_NS_MAX));
        floorBytes = Math.max(floorBytes, (long) QUANTUM_PACKETS_FLOOR * datagramBytes);
        long wantedBytes = Math.max(Rates.bytes(bytesPerSecond, QUANTUM_NS), floorBytes);
        return (int) Math.min(wantedBytes, Math.max(QUANTUM_BYTES_MAX, datagramBytes));
    }

    int quantumBytes() {
        return quantumBytes;
    }

    private void setRate(long rate) {
        bytesPerSecond = Math.max(rate, 1);
        quantumBytes = quantumBytes(bytesPerSecond, datagramBytes);
        if (halvings > 0) {
            long leastBytes =
                    Math.max(Rates.bytes(bytesPerSecond, QUANTUM_NS_MIN), (long) QUANTUM_PACKETS_FLOOR * datagramBytes);
            quantumBytes = (int) Math.min(quantumBytes, Math.max(quantumBytes >> halvings, leastBytes));
        }
        budgetBytesMax = (double) quantumBytes + Rates.bytes(bytesPerSecond, IDLE_NS);
        budgetBytesMaxAwaited = (double) quantumBytes + Rates.bytes(bytesPerSecond, LATENESS_NS);
    }

    private void fill(long nowNs) {
        long elapsedNs = nowNs - filledNs;
        if (elapsedNs <= 0) {
            return;
        }
        if (isAwaited && nowNs - toldNs > 0 && filledNs - toldNs < 0) {
            lateness.onLate(nowNs, nowNs - toldNs);
        }
        filledNs = nowNs;
        double limitBytes = isAwaited ? budgetBytesMaxAwaited : budgetBytesMax;
        if (budgetBytes < limitBytes) {
            budgetBytes = Math.min(budgetBytes + (double) bytesPerSecond * elapsedNs / 1e9, limitBytes);
        }
    }
}
