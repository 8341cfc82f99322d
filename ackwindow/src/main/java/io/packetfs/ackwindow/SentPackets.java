package io.packetfs.ackwindow;

import java.util.Arrays;

/**
 * What was sent and may still matter: one record per packet number, in parallel arrays indexed by the number's low bits. It covers the
 * numbers from {@link #base()} to {@link #end()}, grows by doubling up to {@link #NUMBERS_MAX} numbers, and finds the next number that
 * matters in constant time, however many lie between.
 *
 * <p>A record is born {@link #OUTSTANDING} (in flight), {@link #UNTRACKED} (an acknowledgement alone: nobody waits for it) or
 * {@link #SKIPPED}; it becomes {@link #ACKED}, or {@link #LOST} and perhaps {@link #ACKED} after all, until it is forgotten.
 */
final class SentPackets {
    /** The most numbers covered: at 1,472 bytes 1.5 GB in flight. Reaching it closes the window until the lowest packet's fate is known. */
    static final int NUMBERS_MAX = 1 << 20;

    static final byte FORGOTTEN = 0;
    static final byte SKIPPED = 1;
    static final byte UNTRACKED = 2;
    static final byte OUTSTANDING = 3;
    static final byte LOST = 4;
    static final byte ACKED = 5;

    private static final int NUMBERS_AT_FIRST = 256;

    private int mask = NUMBERS_AT_FIRST - 1;
    private byte[] states = new byte[NUMBERS_AT_FIRST];
    private byte[] flags = new byte[NUMBERS_AT_FIRST];
    private int[] bytes = new int[NUMBERS_AT_FIRST];
    private long[] sentNs = new long[NUMBERS_AT_FIRST];
    private long[] firstSentNs = new long[NUMBERS_AT_FIRST];
    private long[] deliveredNs = new long[NUMBERS_AT_FIRST];
    private long[] deliveredBytes = new long[NUMBERS_AT_FIRST];
    private long[] lossSignalBytes = new long[NUMBERS_AT_FIRST];
    private long[] inFlightBytes = new long[NUMBERS_AT_FIRST];

    /** Slots whose packet could yet be acknowledged with effect: outstanding, untracked or lost. */
    private NumberSet unacked = new NumberSet(NUMBERS_AT_FIRST);

    private NumberSet outstanding = new NumberSet(NUMBERS_AT_FIRST);
    private long outstandingBytes;
    private long outstandingEliciting;
    private long base;
    private long end;

    /** Covers nothing yet; the first number will be {@code first}. */
    SentPackets(long first) {
        base = first;
        end = first;
    }

    /** The lowest number still covered. */
    long base() {
        return base;
    }

    /** One above the highest number covered. */
    long end() {
        return end;
    }

    /** Bytes in flight. */
    long outstandingBytes() {
        return outstandingBytes;
    }

    /** How many packets in flight ask for an acknowledgement. */
    long outstandingEliciting() {
        return outstandingEliciting;
    }

    /** Whether no further number can be taken, because the lowest one covered is still in flight. */
    boolean isFull() {
        return end - base >= NUMBERS_MAX && state(base) == OUTSTANDING;
    }

    /** How many numbers can be taken; 1 if only by forgetting the lowest for each. */
    long numbersLeft() {
        return Math.max(1, NUMBERS_MAX - (end - base));
    }

    /** Whether so many numbers can be taken without making the ring grow; if not, it is a good time to forget first. */
    boolean hasRoomFor(int count) {
        return end - base + count <= mask + 1;
    }

    /** Covers {@link #end()} as a number that is deliberately not sent. */
    void skip() {
        makeRoomFor(1);
        states[slot(end++)] = SKIPPED;
    }

    /**
     * Covers so many numbers from {@link #end()} on as sent, alike, and notes how delivery stands: read back when their fate is known.
     *
     * @param packetBytes of each
     */
    void add(long nowNs, int count, int packetBytes, int packetFlags, DeliveryRate rate) {
        makeRoomFor(count);
        int slot = slot(end);
        int beforeWrap = Math.min(count, mask + 1 - slot);
        fill(nowNs, slot, beforeWrap, packetBytes, packetFlags, rate);
        fill(nowNs, 0, count - beforeWrap, packetBytes, packetFlags, rate);
        end += count;
    }

    private void fill(long nowNs, int slot, int count, int packetBytes, int packetFlags, DeliveryRate rate) {
        if (count == 0) {
            return;
        }
        int to = slot + count;
        boolean isInFlight = (packetFlags & SendWindow.IN_FLIGHT) != 0;
        Arrays.fill(states, slot, to, isInFlight ? OUTSTANDING : UNTRACKED);
        Arrays.fill(flags, slot, to, (byte) packetFlags);
        Arrays.fill(bytes, slot, to, packetBytes);
        Arrays.fill(sentNs, slot, to, nowNs);
        Arrays.fill(firstSentNs, slot, to, rate.firstSentNs());
        Arrays.fill(deliveredNs, slot, to, rate.deliveredNs());
        Arrays.fill(deliveredBytes, slot, to, rate.deliveredBytes());
        Arrays.fill(lossSignalBytes, slot, to, rate.lossSignalBytes());
        for (int i = slot; i < to; i++) {
            outstandingBytes += isInFlight ? packetBytes : 0;
            inFlightBytes[i] = outstandingBytes;
        }
        unacked.addAll(slot, to - 1);
        if (isInFlight) {
            outstanding.addAll(slot, to - 1);
            outstandingEliciting += hasFlag(slot, SendWindow.ACK_ELICITING) ? count : 0;
        }
    }

    int slot(long number) {
        return (int) number & mask;
    }

    byte state(long number) {
        return number < base || number >= end ? FORGOTTEN : states[slot(number)];
    }

    /** The lowest number from {@code from} to {@code last} whose acknowledgement would be news, or -1. */
    long nextUnacked(long from, long last) {
        return next(unacked, from, last);
    }

    /** The lowest number from {@code from} to {@code last} that is in flight, or -1. */
    long nextOutstanding(long from, long last) {
        return next(outstanding, from, last);
    }

    void setFlag(int slot, int flag) {
        flags[slot] |= (byte) flag;
    }

    /** Gives a flag to all numbers from this one on. */
    void setFlagFrom(long first, int flag) {
        for (long number = first; number < end; number++) {
            setFlag(slot(number), flag);
        }
    }

    void markAcked(int slot) {
        if (states[slot] == OUTSTANDING) {
            land(slot, 1);
        }
        states[slot] = ACKED;
        unacked.remove(slot);
    }

    /**
     * One above the last of those from {@code first} on that are like it, which is in flight: in flight, of its size and with its flags; at
     * most up to {@code last}.
     */
    long alikeEnd(long first, long last) {
        int slot = slot(first);
        // each beside the next: where one differs from it, the run ends
        int alike = (int) Math.min(last - first, mask - slot);
        alike = firstChange(Arrays.mismatch(states, slot, slot + alike, states, slot + 1, slot + 1 + alike), alike);
        alike = firstChange(Arrays.mismatch(flags, slot, slot + alike, flags, slot + 1, slot + 1 + alike), alike);
        alike = firstChange(Arrays.mismatch(bytes, slot, slot + alike, bytes, slot + 1, slot + 1 + alike), alike);
        return first + alike + 1;
    }

    private static int firstChange(int mismatch, int none) {
        return mismatch < 0 ? none : mismatch;
    }

    /** Those from {@code first} on that are alike were acknowledged. */
    void markAlikeAcked(long first, int count) {
        int slot = slot(first);
        land(slot, count);
        Arrays.fill(states, slot, slot + count, ACKED);
        unacked.removeAll(slot, slot + count - 1);
    }

    void markLost(int slot) {
        assert states[slot] == OUTSTANDING;
        land(slot, 1);
        states[slot] = LOST;
    }

    /** Stops covering the lowest numbers: those whose fate is settled, and lost or untracked ones sent before {@code beforeNs}. */
    void forget(long beforeNs) {
        while (base < end) {
            long waiting = nextUnacked(base, end - 1); // all below is acknowledged, or was never sent
            if (waiting < 0) {
                base = end;
                return;
            }
            base = waiting;
            int slot = slot(base);
            if (states[slot] == OUTSTANDING || sentNs[slot] - beforeNs >= 0) {
                return;
            }
            forgetLowest(slot);
        }
    }

    /** Forgets all, none of which is in flight; the next number will be {@code first}, above all before. */
    void restart(long first) {
        while (base < end) {
            int slot = slot(base);
            assert states[slot] != OUTSTANDING : base + " is in flight";
            forgetLowest(slot);
        }
        base = first;
        end = first;
    }

    /**
     * Whether two lost packets that asked for an acknowledgement are further apart than {@code durationNs} with nothing acknowledged
     * between them, so that the path must have been closed (RFC 9002, section 7.6). Walks over all numbers from {@code firstLost} to
     * {@code lastLost}, but only if the outermost losses are that far apart.
     */
    boolean isClosedFor(long durationNs, long firstLost, long lastLost) {
        if (sentNs[slot(lastLost)] - sentNs[slot(firstLost)] <= durationNs) {
            return false;
        }
        int runStart = -1;
        for (long number = firstLost; number <= lastLost; number++) {
            int slot = slot(number);
            if (states[slot] == ACKED) {
                runStart = -1;
            } else if (states[slot] == LOST && hasFlag(slot, SendWindow.ACK_ELICITING)) {
                runStart = runStart < 0 ? slot : runStart;
                if (sentNs[slot] - sentNs[runStart] > durationNs) {
                    return true;
                }
            }
        }
        return false;
    }

    boolean hasFlag(int slot, int flag) {
        return (flags[slot] & flag) != 0;
    }

    byte stateAt(int slot) {
        return states[slot];
    }

    int bytes(int slot) {
        return bytes[slot];
    }

    long sentNs(int slot) {
        return sentNs[slot];
    }

    /** When the packet was sent that had been delivered last when this one was sent. */
    long firstSentNs(int slot) {
        return firstSentNs[slot];
    }

    /** When delivery had last made progress when this one was sent. */
    long deliveredNs(int slot) {
        return deliveredNs[slot];
    }

    long deliveredBytes(int slot) {
        return deliveredBytes[slot];
    }

    long lossSignalBytes(int slot) {
        return lossSignalBytes[slot];
    }

    /** Bytes in flight when this one had just been sent, itself among them. */
    long inFlightBytes(int slot) {
        return inFlightBytes[slot];
    }

    /** So many from this slot on, which are alike, are in flight no more. */
    private void land(int slot, int count) {
        outstanding.removeAll(slot, slot + count - 1);
        outstandingBytes -= (long) count * bytes[slot];
        outstandingEliciting -= hasFlag(slot, SendWindow.ACK_ELICITING) ? count : 0;
    }

    private long next(NumberSet set, long from, long last) {
        long number = Math.max(from, base);
        long limit = Math.min(last, end - 1);
        if (number > limit) {
            return -1;
        }
        int slot = slot(number);
        if (set.contains(slot)) {
            return number; // nearly always, while nothing is lost
        }
        int found = set.next(slot);
        if (found < 0) {
            // The ring continues at slot 0; what is found there at or above the start lies before the start.
            found = set.next(0);
            if (found < 0 || found >= slot) {
                return -1;
            }
        }
        long result = number + ((found - slot) & mask);
        return result <= limit ? result : -1;
    }

    private void makeRoomFor(int count) {
        while (!hasRoomFor(count)) {
            if (mask + 1 < NUMBERS_MAX) {
                grow();
            } else {
                int slot = slot(base);
                assert states[slot] != OUTSTANDING : "a packet was sent into a full window";
                forgetLowest(slot);
            }
        }
    }

    private void forgetLowest(int slot) {
        if (states[slot] != ACKED) {
            unacked.remove(slot);
        }
        base++;
    }

    private void grow() {
        int before = mask + 1;
        int after = before * 2;
        // A ring laid twice side by side is the doubled ring with every number in its place and in one other, at which
        // nobody looks before it is written.
        states = twice(states);
        flags = twice(flags);
        bytes = twice(bytes);
        sentNs = twice(sentNs);
        firstSentNs = twice(firstSentNs);
        deliveredNs = twice(deliveredNs);
        deliveredBytes = twice(deliveredBytes);
        lossSignalBytes = twice(lossSignalBytes);
        inFlightBytes = twice(inFlightBytes);
        mask = after - 1;
        unacked = new NumberSet(after);
        outstanding = new NumberSet(after);
        for (long number = base; number < end; number++) {
            int slot = slot(number);
            byte state = states[slot];
            if (state == OUTSTANDING || state == LOST || state == UNTRACKED) {
                unacked.add(slot);
            }
            if (state == OUTSTANDING) {
                outstanding.add(slot);
            }
        }
    }

    private static byte[] twice(byte[] array) {
        byte[] result = Arrays.copyOf(array, array.length * 2);
        System.arraycopy(array, 0, result, array.length, array.length);
        return result;
    }

    private static int[] twice(int[] array) {
        int[] result = Arrays.copyOf(array, array.length * 2);
        System.arraycopy(array, 0, result, array.length, array.length);
        return result;
    }

    private static long[] twice(long[] array) {
        long[] result = Arrays.copyOf(array, array.length * 2);
        System.arraycopy(array, 0, result, array.length, array.length);
        return result;
    }
}
