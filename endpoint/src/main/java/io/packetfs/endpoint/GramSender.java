package io.packetfs.endpoint;

import io.packetfs.protocol.ChunkFrame;
import io.packetfs.protocol.GramFrame;
import io.packetfs.protocol.GramHeader;
import io.packetfs.protocol.GramLimits;
import io.packetfs.protocol.HeadFrame;
import io.packetfs.protocol.PieceFrame;
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

    /** A frame is not started for fewer bytes than these, unless they are the last: headers would outweigh them. */
    private static final int FRAGMENT_BYTES_MIN = 64;

    private static final long NO_RUN = -1;

    /** How far ahead heads go when nothing is under way. */
    private static final int AHEAD_BYTES_MIN = 64 << 10;

    private final SendCredit credit;
    private final SentFrames sent;
    private final Sink sink;
    private final int windowGrams;
    private final GramLimits peerLimits;
    private final OutboundGram[] open;
    private final SendLane[] lanes = new SendLane[GramHeader.LANE_MAX + 1];
    private final ArrayDeque<SendLane> busyLanes = new ArrayDeque<>();
    private final ArrayDeque<OpenGram> pool = new ArrayDeque<>();
    private final RepairQueue repairs = new RepairQueue();
    private final HeadFrame headFrame = new HeadFrame();
    private final GramFrame gramFrame = new GramFrame();
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

    /** Of the head or slab in the frame written last. */
    private int payloadBytes;

    /**
     * @param windowGrams the peer's gram window, a power of two
     * @param peerLimits the largest gram that the peer takes
     */
    GramSender(int windowGrams, GramLimits peerLimits, SendCredit credit, SentFrames sent, Sink sink) {
        this.windowGrams = windowGrams;
        this.peerLimits = peerLimits;
        this.credit = credit;
        this.sent = sent;
        this.sink = sink;
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
            return wholeBytes(gram);
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
        return Math.max(bytesMax - headerBytes, FRAGMENT_BYTES_MIN) / GramLimits.GRAIN_BYTES * GramLimits.GRAIN_BYTES;
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
            if (wholeBytes(gram) <= roomFull) {
                int bytes = writeWhole(packet, offset, room, gram);
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
                ? writeHead(packet, offset, room, gram, position, end)
                : writeChunk(packet, offset, room, gram, position, end);
        if (bytes > 0) {
            repairs.advance(payloadBytes);
            repairedBytes += payloadBytes;
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
            if (wholeBytes(next) <= roomFull) {
                return wholeBytes(next) <= room ? writeNewWhole(packet, offset, lane) : 0;
            }
            lane.sending.add(open(lane));
        } else if (isNextHeadDue(lane, roomFull)) {
            lane.sending.add(open(lane));
        }
        OutboundGram last = lane.sending.getLast();
        int bytes = last.isHeadSent()
                ? writeNewChunk(packet, offset, room, lane)
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
        return next.slabLength() > 0 && wholeBytes(next) > roomFull && mayOpen(next);
    }

    private int writeNewWhole(byte[] packet, int offset, SendLane lane) {
        OutboundGram gram = open(lane);
        gram.sentWhole();
        gram.headSent(gram.headLength());
        gram.slabSent(gram.slabLength());
        endTurn(lane);
        return writeWhole(packet, offset, wholeBytes(gram), gram);
    }

    private int writeNewHead(byte[] packet, int offset, int room, SendLane lane, OutboundGram gram) {
        int bytes = writeHead(packet, offset, room, gram, gram.headSent(), gram.headLength());
        gram.headSent(gram.headSent() + payloadBytes);
        lane.unsentBytes += gram.isHeadSent() ? gram.slabLength() : 0;
        return bytes;
    }

    private int writeNewChunk(byte[] packet, int offset, int room, SendLane lane) {
        OutboundGram gram = lane.sending.element();
        int bytes = writeChunk(packet, offset, room, gram, gram.slabSent(), gram.slabLength());
        gram.slabSent(gram.slabSent() + payloadBytes);
        lane.unsentBytes -= payloadBytes;
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

    private static int wholeBytes(OutboundGram gram) {
        return GramFrame.BYTES + gram.costBytes();
    }

    private int writeWhole(byte[] packet, int offset, int room, OutboundGram gram) {
        int bytes = wholeBytes(gram);
        if (bytes > room) {
            return 0;
        }
        gramFrame.wrap(packet, offset).applyDefaults().length(gram.costBytes());
        gram.readHead(0, packet, offset + GramFrame.BYTES, gram.headLength());
        gram.readSlab(0, packet, offset + GramFrame.BYTES + gram.headLength(), gram.slabLength());
        sent.add(SentFrames.GRAM, gram.gramId(), 0, gram.slabLength());
        return bytes;
    }

    private int writeHead(byte[] packet, int offset, int room, OutboundGram gram, int from, int to) {
        int length = fit(room - HeadFrame.BYTES, to - from, to == gram.headLength());
        payloadBytes = length;
        if (length == 0) {
            return 0;
        }
        headFrame
                .wrap(packet, offset)
                .applyDefaults()
                .length(length)
                .position(from)
                .gramId(gram.gramId())
                .headLength(gram.headLength())
                .slabLength(gram.slabLength());
        gram.readHead(from, packet, offset + HeadFrame.BYTES, length);
        sent.add(SentFrames.HEAD, gram.gramId(), from, length);
        return HeadFrame.BYTES + length;
    }

    private int writeChunk(byte[] packet, int offset, int room, OutboundGram gram, int from, int to) {
        if (isPiece(gram, room, to - from)) {
            return writePiece(packet, offset, room, gram, from);
        }
        int length = fit(room - ChunkFrame.BYTES, to - from, to == gram.slabLength());
        payloadBytes = length;
        if (length == 0) {
            return 0;
        }
        // the peer stages a gram that may still come as a GRAM frame: its chunks have to go there too. spec: CHK-4
        boolean staged = !gram.isPlaced() || gram.isSentWhole();
        ChunkFrame.write(
                packet,
                offset,
                length,
                from,
                gram.gramId(),
                staged ? 0 : gram.offset() + from,
                staged ? 0 : gram.blobId(),
                gram.headLength(),
                gram.slabLength());
        gram.readSlab(from, packet, offset + ChunkFrame.BYTES, length);
        sent.add(SentFrames.CHUNK, gram.gramId(), from, length);
        return ChunkFrame.BYTES + length;
    }

    /** Whether bytes of the slab go as a piece: nothing has room behind it, and the peer has to know the head. spec: PCE-1, PCE-4 */
    private static boolean isPiece(OutboundGram gram, int room, int wanted) {
        int length = room - PieceFrame.BYTES;
        return length <= wanted
                && length >= FRAGMENT_BYTES_MIN
                && length % GramLimits.GRAIN_BYTES == 0
                && gram.isHeadAcknowledged()
                && !gram.isSentWhole();
    }

    private int writePiece(byte[] packet, int offset, int room, OutboundGram gram, int from) {
        int length = room - PieceFrame.BYTES;
        payloadBytes = length;
        PieceFrame.write(packet, offset, from, gram.gramId());
        gram.readSlab(from, packet, offset + PieceFrame.BYTES, length);
        sent.add(SentFrames.CHUNK, gram.gramId(), from, length);
        return room;
    }

    /** How many of {@code wanted} bytes go into {@code room}: all of them, or whole grains, or none if too few. spec: CHK-3 */
    private static int fit(int room, int wanted, boolean endsStretch) {
        if (wanted <= room) {
            assert endsStretch || wanted % GramLimits.GRAIN_BYTES == 0 : wanted;
            return wanted;
        }
        int grains = room / GramLimits.GRAIN_BYTES * GramLimits.GRAIN_BYTES;
        return grains < FRAGMENT_BYTES_MIN ? 0 : grains;
    }

    private OutboundGram openGram(long gramId) {
        OutboundGram gram = open[slot(gramId)];
        return gram != null && gram.gramId() == gramId ? gram : null;
    }

    private int slot(long gramId) {
        return (int) gramId & (windowGrams - 1);
    }
}
