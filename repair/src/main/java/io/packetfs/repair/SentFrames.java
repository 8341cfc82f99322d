package io.packetfs.repair;

import java.util.Arrays;

/**
 * What each packet in flight carried, so that its fate can be told to the grams it belongs to: a ring of frame records in the order of
 * sending, found by packet number. Numbers only; the bytes stay where they are and are read again for a repair.
 *
 * <p>Order of calls: {@link #begin} for a packet, {@link #add} for each of its frames; when the packet's fate is known, {@link #first},
 * {@link #end} and the record getters; {@link #releaseBelow} when older packets need no longer be known. Packet numbers only grow.
 * Memory grows with the packets in flight and never with what was sent before; one agent thread.
 */
public final class SentFrames {
    /** Bytes of a gram's head. */
    public static final byte HEAD = 1;

    /** Bytes of a gram's slab. */
    public static final byte CHUNK = 2;

    /** A whole gram. */
    public static final byte GRAM = 3;

    /** The flow credit granted. */
    public static final byte CREDIT = 4;

    /** The acknowledgement frequency asked for. */
    public static final byte ACK_FREQUENCY = 5;

    /** An acknowledgement; its gram id is the largest number that it reported. */
    public static final byte ACK = 6;

    private static final int PACKETS_INITIAL = 256;

    // per packet, indexed by packet number & mask: the absolute index of its first record, and its number to tell a
    // skipped one
    private long[] packetNumbers = new long[PACKETS_INITIAL];
    private long[] firstRecords = new long[PACKETS_INITIAL];
    private long lowestPacket;
    private long nextPacket;

    // per record, indexed by absolute record index & mask
    private byte[] kinds = new byte[PACKETS_INITIAL];
    private long[] gramIds = new long[PACKETS_INITIAL];
    private int[] positions = new int[PACKETS_INITIAL];
    private int[] lengths = new int[PACKETS_INITIAL];
    private long lowestRecord;
    private long nextRecord;

    public SentFrames() {
        Arrays.fill(packetNumbers, -1);
    }

    /** Starts the records of a packet; its number is above all before. */
    public void begin(long packetNumber) {
        assert packetNumber >= nextPacket : packetNumber + " after " + nextPacket;
        if (lowestPacket == nextPacket) {
            lowestPacket = packetNumber;
            nextPacket = packetNumber;
        }
        while (packetNumber - lowestPacket >= packetNumbers.length) {
            growPackets();
        }
        int mask = packetNumbers.length - 1;
        for (long skipped = nextPacket; skipped < packetNumber; skipped++) {
            packetNumbers[(int) skipped & mask] = -1;
            firstRecords[(int) skipped & mask] = nextRecord;
        }
        setPacket(packetNumber, nextRecord);
        nextPacket = packetNumber + 1;
    }

    /** Notes a frame of the packet begun last. Position and length are bytes in the gram's head or slab, or 0. */
    public void add(byte kind, long gramId, int position, int length) {
        if (nextRecord - lowestRecord == kinds.length) {
            growRecords();
        }
        setRecord(nextRecord, kind, gramId, position, length);
        nextRecord++;
    }

    /**
     * Notes packets in a row, from {@code first} on, each with one frame: as {@link #begin} and {@link #add} for each would.
     *
     * @param count at least 1
     * @param position of the first frame; each of the others begins where the one before it ends
     * @param length of each frame
     */
    public void addRow(long first, int count, byte kind, long gramId, int position, int length) {
        begin(first);
        while (first + count - lowestPacket > packetNumbers.length) {
            growPackets();
        }
        while (nextRecord + count - lowestRecord > kinds.length) {
            growRecords();
        }
        for (int i = 0; i < count; i++) {
            setPacket(first + i, nextRecord + i);
            setRecord(nextRecord + i, kind, gramId, position + i * length, length);
        }
        nextPacket = first + count;
        nextRecord += count;
    }

    /** Whether this packet is known. */
    public boolean contains(long packetNumber) {
        return packetNumber >= lowestPacket
                && packetNumber < nextPacket
                && packetNumbers[(int) packetNumber & (packetNumbers.length - 1)] == packetNumber;
    }

    /** The first record of a known packet. */
    public long first(long packetNumber) {
        return firstRecords[(int) packetNumber & (packetNumbers.length - 1)];
    }

    /** One past the last record of a known packet. */
    public long end(long packetNumber) {
        long next = packetNumber + 1;
        return next == nextPacket ? nextRecord : firstRecords[(int) next & (packetNumbers.length - 1)];
    }

    public byte kind(long record) {
        return kinds[(int) record & (kinds.length - 1)];
    }

    public long gramId(long record) {
        return gramIds[(int) record & (kinds.length - 1)];
    }

    public int position(long record) {
        return positions[(int) record & (kinds.length - 1)];
    }

    public int length(long record) {
        return lengths[(int) record & (kinds.length - 1)];
    }

    /** Forgets the packets below this number. */
    public void releaseBelow(long packetNumber) {
        if (packetNumber <= lowestPacket) {
            return;
        }
        if (packetNumber >= nextPacket) {
            lowestPacket = nextPacket;
            lowestRecord = nextRecord;
        } else {
            lowestPacket = packetNumber;
            lowestRecord = firstRecords[(int) packetNumber & (packetNumbers.length - 1)];
        }
    }

    /** Count of the frame records held. */
    public int recordCount() {
        return (int) (nextRecord - lowestRecord);
    }

    private void setPacket(long packetNumber, long firstRecord) {
        int slot = (int) packetNumber & (packetNumbers.length - 1);
        packetNumbers[slot] = packetNumber;
        firstRecords[slot] = firstRecord;
    }

    private void setRecord(long record, byte kind, long gramId, int position, int length) {
        int slot = (int) record & (kinds.length - 1);
        kinds[slot] = kind;
        gramIds[slot] = gramId;
        positions[slot] = position;
        lengths[slot] = length;
    }

    // Growing a ring: each entry's slot in the doubled ring is its old slot or that plus the old size, so both halves
    // get a copy.

    private void growPackets() {
        int count = packetNumbers.length;
        packetNumbers = Arrays.copyOf(packetNumbers, count * 2);
        firstRecords = Arrays.copyOf(firstRecords, count * 2);
        System.arraycopy(packetNumbers, 0, packetNumbers, count, count);
        System.arraycopy(firstRecords, 0, firstRecords, count, count);
    }

    private void growRecords() {
        int count = kinds.length;
        kinds = Arrays.copyOf(kinds, count * 2);
        gramIds = Arrays.copyOf(gramIds, count * 2);
        positions = Arrays.copyOf(positions, count * 2);
        lengths = Arrays.copyOf(lengths, count * 2);
        System.arraycopy(kinds, 0, kinds, count, count);
        System.arraycopy(gramIds, 0, gramIds, count, count);
        System.arraycopy(positions, 0, positions, count, count);
        System.arraycopy(lengths, 0, lengths, count, count);
    }
}
