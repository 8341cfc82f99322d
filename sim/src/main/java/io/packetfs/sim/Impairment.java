package io.packetfs.sim;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Decides what becomes of each datagram on one direction of a link; the network in virtual time and the links in real time all ask it.
 * It knows neither clock nor thread, and every decision follows from the seed, the settings and the order of calls.
 *
 * <p>The stages, in order: too large for the path; link dark; queue full, else the queue gives the departure; lost in a burst; lost;
 * ECN; truncated; delay, jitter and reordering; corrupted; duplicated. So what is lost has used up its share of the rate, as on a
 * real wire. Each stage draws from a random stream of its own: changing one setting leaves the draws of the others as they were.
 *
 * <p>Order of calls: {@link #onDatagram}; if that says {@link LinkEvent#PASSED}, the getters and {@link #damage}, valid until the next
 * datagram.
 */
final class Impairment {
    private final LinkCounters counters;
    private final int headerBytes;
    private final BottleneckQueue queue = new BottleneckQueue();
    private final RandomStream burstStream;
    private final RandomStream lossStream;
    private final RandomStream ecnStream;
    private final RandomStream truncateStream;
    private final RandomStream jitterStream;
    private final RandomStream reorderStream;
    private final RandomStream corruptStream;
    private final RandomStream duplicateStream;
    private LinkSettings settings;
    private boolean inBadState;
    private long corruptLeft;
    private long departNs;
    private long inOrderArrivalNs;
    private long arrivalNs;
    private int length;
    private int ecn;
    private boolean corrupted;
    private boolean duplicated;

    /** For UDP payloads. */
    Impairment(long seed, LinkSettings settings, LinkCounters counters) {
        this(seed, settings, counters, LinkSettings.HEADER_BYTES);
    }

    /**
     * For any part of an IP packet.
     *
     * @param headerBytes what the network puts before the bytes that {@link #onDatagram} is told of; 0 for whole packets
     */
    Impairment(long seed, LinkSettings settings, LinkCounters counters, int headerBytes) {
        this.settings = settings;
        this.counters = counters;
        this.headerBytes = headerBytes;
        burstStream = new RandomStream(RandomStream.seed(seed, 1));
        lossStream = new RandomStream(RandomStream.seed(seed, 2));
        ecnStream = new RandomStream(RandomStream.seed(seed, 3));
        truncateStream = new RandomStream(RandomStream.seed(seed, 4));
        jitterStream = new RandomStream(RandomStream.seed(seed, 5));
        reorderStream = new RandomStream(RandomStream.seed(seed, 6));
        corruptStream = new RandomStream(RandomStream.seed(seed, 7));
        duplicateStream = new RandomStream(RandomStream.seed(seed, 8));
    }

    LinkSettings settings() {
        return settings;
    }

    /** Changes the link for the datagrams to come; what has passed keeps its fate. */
    void settings(LinkSettings settings) {
        this.settings = settings;
    }

    /**
     * Decides, and counts the decision.
     *
     * @param nowNs not before the time of an earlier call
     * @param payloadBytes what the counters count: UDP payload, or the whole IP packet; at least 1
     * @param ecnField the ECN field, 0 to 3
     * @return {@link LinkEvent#PASSED}, or the event that ended it
     */
    LinkEvent onDatagram(long nowNs, int payloadBytes, int ecnField) {
        counters.count(LinkEvent.SENT, payloadBytes);
        LinkEvent fate = fate(nowNs, payloadBytes);
        counters.count(fate, payloadBytes);
        if (fate == LinkEvent.PASSED) {
            mark(payloadBytes, ecnField);
            truncate(payloadBytes);
            delay();
            corrupted = isCorrupted();
            duplicated = countIf(duplicateStream.chance(settings.duplicateProbability()), LinkEvent.DUPLICATED);
        }
        return fate;
    }

    /** When it comes to the far end, nanoseconds. */
    long arrivalNs() {
        return arrivalNs;
    }

    /** What is left of its length, bytes. */
    int length() {
        return length;
    }

    int ecn() {
        return ecn;
    }

    /** Whether it arrives twice, the copy right behind it. */
    boolean isDuplicated() {
        return duplicated;
    }

    /** Inverts bits in {@code memory} from 0 to {@link #length()}, if this datagram was struck. Call it once per datagram. */
    void damage(MemorySegment memory) {
        damage(memory, 0);
    }

    /** As {@link #damage(MemorySegment)}, but leaves the bytes before {@code from} whole; it is below {@link #length()}. */
    void damage(MemorySegment memory, int from) {
        if (!corrupted) {
            return;
        }
        long bits = length * 8L;
        long run = Math.min(settings.corruption().burstBits(), bits - from * 8L);
        long first = corruptStream.between(from * 8L, bits - run);
        for (long bit = first; bit < first + run; bit++) {
            invertBit(memory, bit);
        }
    }

    static void invertBit(MemorySegment memory, long bit) {
        byte value = memory.get(ValueLayout.JAVA_BYTE, bit >>> 3);
        memory.set(ValueLayout.JAVA_BYTE, bit >>> 3, (byte) (value ^ (1 << (bit & 7))));
    }

    private LinkEvent fate(long nowNs, int payloadBytes) {
        int wireBytes = payloadBytes + headerBytes;
        if (wireBytes > settings.payloadBytesMax() + LinkSettings.HEADER_BYTES) {
            return LinkEvent.TOO_LARGE;
        }
        if (settings.blackout().isDark(nowNs)) {
            return LinkEvent.DARKENED;
        }
        departNs = queue.departNs(nowNs, wireBytes, settings.rateBitsPerSecond(), settings.queueBytesMax());
        if (departNs == BottleneckQueue.FULL) {
            return LinkEvent.QUEUE_DROPPED;
        }
        if (isLostInBurst()) {
            return LinkEvent.LOST_IN_BURST;
        }
        return lossStream.chance(settings.lossProbability()) ? LinkEvent.LOST : LinkEvent.PASSED;
    }

    private boolean isLostInBurst() {
        LossBursts bursts = settings.lossBursts();
        double change = inBadState ? bursts.badToGoodProbability() : bursts.goodToBadProbability();
        inBadState ^= burstStream.chance(change);
        return burstStream.chance(inBadState ? bursts.badLossProbability() : bursts.goodLossProbability());
    }

    private void mark(int payloadBytes, int ecnField) {
        EcnMarking marking = settings.ecnMarking();
        length = payloadBytes;
        ecn = ecnField;
        if (marking.bleach()) {
            ecn = EcnMarking.NOT_ECT;
            countIf(ecnField != EcnMarking.NOT_ECT, LinkEvent.BLEACHED);
        } else if (ecnField == EcnMarking.ECT_0 || ecnField == EcnMarking.ECT_1) {
            boolean congested = queue.queuedBytes() > marking.ceQueueBytes();
            boolean struck = ecnStream.chance(marking.ceProbability());
            if (countIf(congested || struck, LinkEvent.MARKED)) {
                ecn = EcnMarking.CE;
            }
        }
    }

    private void truncate(int payloadBytes) {
        boolean cut = payloadBytes > 1 && truncateStream.chance(settings.truncateProbability());
        if (countIf(cut, LinkEvent.TRUNCATED)) {
            length = (int) truncateStream.between(1, payloadBytes - 1);
        }
    }

    private void delay() {
        long lateNs = jitterStream.between(0, settings.jitterNs());
        arrivalNs = Math.max(departNs + settings.delayNs() + lateNs, inOrderArrivalNs);
        Reordering reordering = settings.reordering();
        if (countIf(reorderStream.chance(reordering.probability()), LinkEvent.REORDERED)) {
            arrivalNs += reorderStream.between(reordering.extraNsMin(), reordering.extraNsMax());
        } else {
            inOrderArrivalNs = arrivalNs;
        }
    }

    private boolean isCorrupted() {
        Corruption corruption = settings.corruption();
        if (corruptLeft == 0 && corruptStream.chance(corruption.probability())) {
            corruptLeft = corruption.burstDatagrams();
        }
        if (corruptLeft == 0) {
            return false;
        }
        corruptLeft--;
        return countIf(true, LinkEvent.CORRUPTED);
    }

    private boolean countIf(boolean happened, LinkEvent event) {
        if (happened) {
            counters.count(event, length);
        }
        return happened;
    }
}
