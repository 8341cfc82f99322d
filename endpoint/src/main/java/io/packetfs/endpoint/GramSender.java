package io.packetfs.endpoint;

import io.packetfs.protocol.ChunkFrame;
import io.packetfs.protocol.GramHeader;
import io.packetfs.protocol.GramLimits;
import io.packetfs.protocol.HeadFrame;
import io.packetfs.repair.GrainSet;
import io.packetfs.repair.RepairQueue;
import io.packetfs.repair.SentFrames;
import java.util.ArrayDeque;

/**
 * Decides which bytes of which gram go next and writes them as frames: repairs first, then new data, lane after lane in turn. Knows
 * what of every open gram the peer has, so that a repair sends what is missing and nothing else.
 *
 * <p>Order of calls: {@link #offer} queues a gram; {@link #hasWork} says whether {@link #write} would write something; {@link
 * #onAcknowledged} and {@link #onLost} take the fate of frames. Bounded by {@link #QUEUED_GRAMS_MAX}, the gram window and the credit.
 */
final class GramSender {
    /** Takes grams of which the peer has every byte. */
    interface Sink {
        void onGramAcknowledged(OutboundGram gram);
    }

    /** How many grams may wait without being opened. */
    static final int QUEUED_GRAMS_MAX = 64;

    /** How many states of acknowledged grams are kept for the next ones. */
    private static final int POOL_MAX = 64;

    private static final long NO_RUN = -1;

    /** How far ahead heads go when nothing is under way. */
    private static final int AHEAD_BYTES_MIN = 64 << 10;

    private final SendCredit credit;
    private final Sink sink;
    private final int windowGrams;
    private final GramLimits peerLimits;
    private final OutboundGram[] open;
    private final SendLane[] lanes = new SendLane[GramHeader.LANE_MAX + 1];
    private final ArrayDeque<SendLane> busyLanes = new ArrayDeque<>();
    private final ArrayDeque<OpenGram> pool = new ArrayDeque<>();
    private final RepairQueue repairs = new RepairQueue();
    private final SentFrames sent;
    private final GramFrames frames;
    private long nextGramId;
    private long lowestOpenId;
    private int queuedGrams;
    private long repairedBytes;
    private boolean wroteRepair;
    private long aheadBytes;

    /** The bytes of a slab that were acknowledged last and are not settled. */
    private long runGramId = NO_RUN;

    private int runStart;
    private int runEnd;

    // of the row that was begun last
    private OutboundGram rowGram;
    private boolean rowOfPieces;
    private int rowBytes;

    /**
     * @param windowGrams the peer's gram window, a power of two
     * @param peerLimits the largest gram that the peer takes
     */
    GramSender(int windowGrams, GramLimits peerLimits, SendCredit credit, SentFrames sent, Sink sink) {
        this.windowGrams = windowGrams;
        this.peerLimits = peerLimits;
        this.credit = credit;
        this.sink = sink;
        this.sent = sent;
        frames = new GramFrames(sent);
        open = new OutboundGram[windowGrams];
    }

    /** Queues a gram. Returns false if too many wait already. */
    boolean offer(OutboundGram gram) {
        gram.fit(peerLimits);
        if (queuedGrams >= QUEUED_GRAMS_MAX) {
            return false;
        }
        if (lanes[gram.lane()] == null) {
            lanes[gram.lane()] = new SendLane(gram.isOrdered());
        }
        SendLane lane = lanes[gram.lane()];
        if (lane.ordered != gram.isOrdered()) {
            throw new IllegalArgumentException(
                    "lane " + gram.lane() + " is " + (lane.ordered ? "ordered" : "unordered")); // spec: GRM-9
        }
        if (lane.isIdle()) {
            busyLanes.add(lane);
        }
        lane.waiting.add(gram);
        queuedGrams++;
        return true;
    }

    /** Whether another gram would be queued. */
    boolean isWritable() {
        return queuedGrams < QUEUED_GRAMS_MAX;
    }

    /** Whether everything that was offered has been acknowledged. */
    boolean isIdle() {
        return queuedGrams == 0 && lowestOpenId == nextGramId;
    }

    /** Whether there is something to write now: a repair, or new data with credit for it. */
    boolean hasWork() {
        return hasRepair() || hasNewData();
    }

    /**
     * Says how much is under way: the head of a gram goes so many bytes before its slab, and is acknowledged by the time that they have gone.
     */
    void underWay(long bytes) {
        aheadBytes = bytes + AHEAD_BYTES_MIN;
    }

    /** Bytes of payload and heads that were written again. */
    long repairedBytes() {
        return repairedBytes;
    }

    /** Whether the last {@link #write} wrote a repair. */
    boolean wroteRepair() {
        return wroteRepair;
    }

    /**
     * Writes frames into a packet and notes them under the packet begun last in the sent frames.
     *
     * @param room bytes left in this packet
     * @param roomFull bytes that a packet without other frames has
     * @return bytes written
     */
    int write(byte[] packet, int offset, int room, int roomFull) {
        wroteRepair = false;
        int written = 0;
        while (written < room && hasRepair()) {
            int bytes = writeRepair(packet, offset + written, room - written, roomFull);
            if (bytes == 0) {
                return written;
            }
            wroteRepair = true;
            written += bytes;
        }
        while (written < room && hasNewData()) {
            int bytes = writeNew(packet, offset + written, room - written, roomFull);
            if (bytes == 0) {
                return written;
            }
            written += bytes;
        }
        return written;
    }

    /**
     * Begins a row of packets that are full of the next bytes of one slab, so that there is nothing to decide between them: {@link #writeInRow}
     * writes them as {@link #write} would, and {@link #endRow} has to follow.
     *
     * @param room bytes that each has for its frame
     * @return how many packets the row may have, 0 for none; the slab's end is not among them
     */
    int beginRow(int room) {
        SendLane lane = busyLanes.peek();
        if (lane == null
                || lane.sending.isEmpty()
                || hasRepair()
                || isNextHeadDue(lane, room)
                || !lane.sending.getLast().isHeadSent()) {
            return 0;
        }
        OutboundGram gram = lane.sending.element();
        int unsent = gram.slabLength() - gram.slabSent();
        rowOfPieces = GramFrames.isPiece(gram, room, unsent);
        rowBytes = room - GramFrames.slabHeaderBytes(rowOfPieces);
        if (rowBytes < GramFrames.FRAGMENT_BYTES_MIN || rowBytes % GramLimits.GRAIN_BYTES != 0) {
            return 0;
        }
        rowGram = gram;
        int count = (unsent - 1) / rowBytes;
        long untilNextHead = lane.unsentBytes - aheadBytes;
        return untilNextHead > 0 ? (int) Math.min(count, Math.ceilDiv(untilNextHead, rowBytes)) : count;
    }

    /** Writes one packet's frame. */
    void writeInRow(byte[] packet, int offset) {
        int from = rowGram.slabSent();
        GramFrames.putSlab(packet, offset, rowGram, from, rowBytes, rowOfPieces);
        rowGram.slabSent(from + rowBytes);
    }

    /** Notes the {@code count} frames that were written under the packets numbered from {@code first} on. */
    void endRow(long first, int count) {
        int bytes = count * rowBytes;
        busyLanes.element().unsentBytes -= bytes;
        sent.addRow(first, count, SentFrames.CHUNK, rowGram.gramId(), rowGram.slabSent() - bytes, rowBytes);
        rowGram = null;
    }

    /**
     * The peer has this frame. Bytes of a slab that follow one another are gathered, because an acknowledgement tells of many packets in a
     * row: {@link #settleAcknowledged} comes before anything else is asked of this.
     */
    void onAcknowledged(byte kind, long gramId, int position, int length) {
        if (kind != SentFrames.CHUNK) {
            settleAcknowledged();
            acknowledge(kind, gramId, position, length);
        } else if (gramId == runGramId && position == runEnd) {
            runEnd += length;
        } else {
            settleAcknowledged();
            runGramId = gramId;
            runStart = position;
            runEnd = position + length;
        }
    }

    /** Takes what {@link #onAcknowledged} has gathered. */
    void settleAcknowledged() {
        long gramId = runGramId;
        if (gramId >= 0) {
            runGramId = NO_RUN;
            acknowledge(SentFrames.CHUNK, gramId, runStart, runEnd - runStart);
        }
    }

    private void acknowledge(byte kind, long gramId, int position, int length) {
        OutboundGram gram = openGram(gramId);
        if (gram == null) {
            return;
        }
        switch (kind) {
            case SentFrames.HEAD -> gram.acknowledgedHead().mark(position, length);
            case SentFrames.CHUNK -> gram.acknowledgedSlab().mark(position, length);
            default -> {
                gram.acknowledgedHead().mark(0, gram.headLength());
                gram.acknowledgedSlab().mark(0, gram.slabLength());
            }
        }
        if (gram.isAcknowledged()) {
            open[slot(gramId)] = null;
            while (lowestOpenId < nextGramId && open[slot(lowestOpenId)] == null) {
                lowestOpenId++;
            }
            OpenGram state = gram.close();
            if (pool.size() < POOL_MAX) {
                pool.push(state);
            }
            sink.onGramAcknowledged(gram);
        }
    }

    /** This frame was lost: what of it the peer still misses will be sent again. spec: REP-1 */
    void onLost(byte kind, long gramId, int position, int length) {
        if (openGram(gramId) != null) {
            repairs.add(kind, gramId, position, length);
        }
    }

    /**
     * Queues the oldest bytes that the peer may miss, in frames of about {@code bytesMax}, for probes. Returns false if there are none.
     * spec: LOS-3
     */
    boolean queueProbe(int bytesMax) {
        int left = bytesMax;
        for (long id = lowestOpenId; id < nextGramId && left > 0; id++) {
            OutboundGram gram = open[slot(id)];
            if (gram != null) {
                left -= queueProbe(gram, left);
            }
        }
        return left < bytesMax;
    }

    /** Returns how many bytes the frames will take. */
    private int queueProbe(OutboundGram gram, int bytesMax) {
        if (gram.isSentWhole()) {
            repairs.add(SentFrames.GRAM, gram.gramId(), 0, gram.slabLength());
            return GramFrames.wholeBytes(gram);
        }
        int head = gram.acknowledgedHead().nextMissing(0, gram.headSent());
        if (head < gram.headSent()) {
            int bytes = Math.min(probeBytes(bytesMax, HeadFrame.BYTES), gram.headSent() - head);
            repairs.add(SentFrames.HEAD, gram.gramId(), head, bytes);
            return HeadFrame.BYTES + bytes;
        }
        int slab = gram.acknowledgedSlab().nextMissing(0, gram.slabSent());
        if (slab < gram.slabSent()) {
            int bytes = Math.min(probeBytes(bytesMax, ChunkFrame.BYTES), gram.slabSent() - slab);
            repairs.add(SentFrames.CHUNK, gram.gramId(), slab, bytes);
            return ChunkFrame.BYTES + bytes;
        }
        return 0;
    }

    /** Whole grains that fit beside a frame's header, and never too few to be sent. */
    private static int probeBytes(int bytesMax, int headerBytes) {
        return Math.max(bytesMax - headerBytes, GramFrames.FRAGMENT_BYTES_MIN)
                / GramLimits.GRAIN_BYTES
                * GramLimits.GRAIN_BYTES;
    }

    /** Drops repairs that have become needless; whether one is left. */
    private boolean hasRepair() {
        while (!repairs.isEmpty()) {
            OutboundGram gram = openGram(repairs.gramId());
            if (gram == null) {
                repairs.remove();
                continue;
            }
            if (repairs.kind() == SentFrames.GRAM) {
                return true;
            }
            GrainSet acknowledged = acknowledged(gram);
            int position = repairs.position();
            int missing = acknowledged.nextMissing(position, position + repairs.length());
            if (missing < position + repairs.length()) {
                repairs.advance(missing - position);
                return true;
            }
            repairs.remove();
        }
        return false;
    }

    private GrainSet acknowledged(OutboundGram gram) {
        return repairs.kind() == SentFrames.HEAD ? gram.acknowledgedHead() : gram.acknowledgedSlab();
    }

    private int writeRepair(byte[] packet, int offset, int room, int roomFull) {
        OutboundGram gram = openGram(repairs.gramId());
        if (repairs.kind() == SentFrames.GRAM) {
            if (GramFrames.wholeBytes(gram) <= roomFull) {
                int bytes = frames.writeWhole(packet, offset, room, gram);
                if (bytes > 0) {
                    repairs.remove();
                    repairedBytes += bytes;
                }
                return bytes;
            }
            // the path takes smaller datagrams now: the gram goes on in pieces
            repairs.remove();
            repairs.add(SentFrames.HEAD, gram.gramId(), 0, gram.headLength());
            if (gram.slabLength() > 0) {
                repairs.add(SentFrames.CHUNK, gram.gramId(), 0, gram.slabLength());
            }
            return hasRepair() ? writeRepair(packet, offset, room, roomFull) : 0;
        }
        int position = repairs.position();
        int end = acknowledged(gram).nextPresent(position, position + repairs.length());
        boolean head = repairs.kind() == SentFrames.HEAD;
        int bytes = head
                ? frames.writeHead(packet, offset, room, gram, position, end)
                : frames.writeSlab(packet, offset, room, gram, position, end);
        if (bytes > 0) {
            repairs.advance(frames.payloadBytes());
            repairedBytes += frames.payloadBytes();
        }
        return bytes;
    }

    /** Turns to the next lane that may send; whether there is one. */
    private boolean hasNewData() {
        for (int i = busyLanes.size(); i > 0; i--) {
            SendLane lane = busyLanes.element();
            if (!lane.sending.isEmpty() || mayOpen(lane.waiting.element())) {
                return true;
            }
            busyLanes.add(busyLanes.remove());
        }
        return false;
    }

    private boolean mayOpen(OutboundGram gram) {
        // a gram id may not be re-used in the ring of open grams before its predecessor is acknowledged
        return nextGramId - lowestOpenId < windowGrams && credit.allows(nextGramId, gram.costBytes());
    }

    private int writeNew(byte[] packet, int offset, int room, int roomFull) {
        SendLane lane = busyLanes.element();
        if (lane.sending.isEmpty()) {
            OutboundGram next = lane.waiting.element();
            if (GramFrames.wholeBytes(next) <= roomFull) {
                return GramFrames.wholeBytes(next) <= room ? writeNewWhole(packet, offset, lane) : 0;
            }
            lane.sending.add(open(lane));
        } else if (isNextHeadDue(lane, roomFull)) {
            lane.sending.add(open(lane));
        }
        OutboundGram last = lane.sending.getLast();
        int bytes = last.isHeadSent()
                ? writeNewSlab(packet, offset, room, lane)
                : writeNewHead(packet, offset, room, lane, last);
        if (lane.sending.element().isSent()) {
            lane.sending.remove();
            endTurn(lane);
        }
        return bytes;
    }

    /**
     * Whether the head of the next gram goes before the bytes of those before it: so that the peer is known to have it when its own bytes go,
     * which are pieces then. spec: PCE-4
     */
    private boolean isNextHeadDue(SendLane lane, int roomFull) {
        if (lane.unsentBytes > aheadBytes
                || lane.waiting.isEmpty()
                || !lane.sending.getLast().isHeadSent()) {
            return false;
        }
        OutboundGram next = lane.waiting.element();
        return next.slabLength() > 0 && GramFrames.wholeBytes(next) > roomFull && mayOpen(next);
    }

    private int writeNewWhole(byte[] packet, int offset, SendLane lane) {
        OutboundGram gram = open(lane);
        gram.sentWhole();
        gram.headSent(gram.headLength());
        gram.slabSent(gram.slabLength());
        endTurn(lane);
        return frames.writeWhole(packet, offset, GramFrames.wholeBytes(gram), gram);
    }

    private int writeNewHead(byte[] packet, int offset, int room, SendLane lane, OutboundGram gram) {
        int bytes = frames.writeHead(packet, offset, room, gram, gram.headSent(), gram.headLength());
        gram.headSent(gram.headSent() + frames.payloadBytes());
        lane.unsentBytes += gram.isHeadSent() ? gram.slabLength() : 0;
        return bytes;
    }

    private int writeNewSlab(byte[] packet, int offset, int room, SendLane lane) {
        OutboundGram gram = lane.sending.element();
        int bytes = frames.writeSlab(packet, offset, room, gram, gram.slabSent(), gram.slabLength());
        gram.slabSent(gram.slabSent() + frames.payloadBytes());
        lane.unsentBytes -= frames.payloadBytes();
        return bytes;
    }

    /** A gram is sent: the others get their turn. */
    private void endTurn(SendLane lane) {
        queuedGrams--;
        busyLanes.remove();
        if (!lane.isIdle()) {
            busyLanes.add(lane);
        }
    }

    private OutboundGram open(SendLane lane) {
        OutboundGram gram = lane.waiting.remove();
        OpenGram state = pool.isEmpty() ? new OpenGram() : pool.pop();
        gram.open(nextGramId, gram.isOrdered() ? lane.nextSequence++ : 0, state);
        credit.onOpened(gram.costBytes());
        open[slot(nextGramId)] = gram;
        nextGramId++;
        return gram;
    }

    private OutboundGram openGram(long gramId) {
        OutboundGram gram = open[slot(gramId)];
        return gram != null && gram.gramId() == gramId ? gram : null;
    }

    private int slot(long gramId) {
        return (int) gramId & (windowGrams - 1);
    }
}
