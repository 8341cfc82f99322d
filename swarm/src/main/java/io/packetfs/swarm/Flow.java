package io.packetfs.swarm;

import io.packetfs.blob.HeapBlob;
import io.packetfs.endpoint.CommonBlob;
import io.packetfs.endpoint.DeliveredGram;
import io.packetfs.endpoint.OutboundGram;
import io.packetfs.protocol.DescriptorList;
import io.packetfs.protocol.GramHeader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.agrona.collections.Int2IntHashMap;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.collections.LongHashSet;

/**
 * What one side of a connection sends the other: makes the grams, and holds what is delivered to what was sent. Every gram comes once,
 * whole, with its own bytes, in the order of its lane if that has one; nothing else comes; and what is acknowledged has come.
 */
final class Flow {
    /** The blob that placed grams lie in, at both ends. */
    static final int BLOB_ID = 1;

    private static final int NO_SEQUENCE = -1;

    private final String name;
    private final SplittableRandom random;
    private final CommonBlob common;
    private final boolean isSpoilt;
    private final byte[] sourceBytes;
    private final byte[] landingBytes;
    private final HeapBlob source;
    private final HeapBlob landing;

    /** Taken by the connection, and not known by their numbers yet: those get them when they are opened. */
    private final ArrayDeque<OutboundGram> unnumbered = new ArrayDeque<>();

    private final Long2ObjectHashMap<PlannedGram> undelivered = new Long2ObjectHashMap<>();
    private final LongHashSet delivered = new LongHashSet();
    private final Int2IntHashMap sequencesOffered = new Int2IntHashMap(NO_SEQUENCE);
    private final Int2IntHashMap sequencesDelivered = new Int2IntHashMap(NO_SEQUENCE);
    private final List<Supply> supplies = new ArrayList<>();
    private int gramsPlanned;
    private long gramsOffered;
    private long gramsAcknowledged;
    private long bytesDelivered;

    /**
     * @param batches those that go this way
     * @param common the common blob as the sender has it; null if there is none
     * @param isSpoilt whether the other end's has other bytes
     * @param random where lengths and contents come from
     */
    Flow(String name, List<Batch> batches, SplittableRandom random, CommonBlob common, boolean isSpoilt) {
        this.name = name;
        this.common = common;
        this.isSpoilt = isSpoilt;
        this.random = random;
        long placed = 0;
        for (Batch batch : batches) {
            int[] lengths = random.ints(batch.count(), batch.bytesMin(), batch.bytesMax() + 1)
                    .toArray();
            Supply supply = new Supply(batch, lengths, placed);
            supplies.add(supply);
            gramsPlanned += batch.count();
            placed = batch.kind() == Batch.Kind.PLACED ? supply.endOffset() : placed;
        }
        sourceBytes = new byte[Math.toIntExact(placed)];
        random.nextBytes(sourceBytes);
        landingBytes = new byte[Math.toIntExact(placed)];
        source = new HeapBlob(sourceBytes);
        landing = new HeapBlob(landingBytes);
    }

    /** Where placed grams land; empty if there are none. */
    HeapBlob landing() {
        return landing;
    }

    /** The batches, to be sent. */
    List<Supply> supplies() {
        return supplies;
    }

    /** Makes the next gram of a batch. */
    OutboundGram offer(Supply supply) {
        Batch batch = supply.batch;
        long offset = supply.offset();
        int length = supply.takeLength();
        gramsOffered++;
        if (batch.kind().isWithoutPayload()) {
            return offerNames(batch, length);
        }
        OutboundGram gram;
        if (batch.kind() == Batch.Kind.PLACED) {
            gram = OutboundGram.placed(batch.lane(), BLOB_ID, source, offset, length)
                    .attach(new PlannedGram(batch, 0, offset, null, length));
        } else {
            byte[] slab = randomBytes(length);
            gram = OutboundGram.staged(batch.lane(), batch.kind().isOrdered(), slab)
                    .attach(new PlannedGram(batch, turnOffered(batch), 0, slab, length));
        }
        return batch.isDigested() ? gram : gram.withoutDigest();
    }

    private OutboundGram offerNames(Batch batch, int bytes) {
        int blobBytes = Math.toIntExact(common.source().sizeBytes());
        boolean isRegular = batch.kind().mode() == GramHeader.MODE_ARITHMETIC;
        DescriptorList names = new DescriptorDraw(random, isRegular, blobBytes).draw(bytes);
        byte[] program = randomBytes(random.nextInt(batch.programBytesMax() + 1));
        OutboundGram gram = OutboundGram.program(
                        batch.lane(), batch.kind().isOrdered(), 0, batch.kind().mode(), names, program)
                .attach(new PlannedGram(batch, turnOffered(batch), 0, program, bytes, names));
        return batch.isDigested() ? gram.withDigest(digest(names)) : gram;
    }

    private byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private int turnOffered(Batch batch) {
        return batch.kind().isOrdered() ? next(sequencesOffered, batch.lane()) : 0;
    }

    private int digest(DescriptorList names) {
        CRC32C crc = new CRC32C();
        for (int i = 0; i < names.count(); i++) {
            common.source().updateDigest(crc, names.offset(i), names.length(i));
        }
        return (int) crc.getValue();
    }

    /** The connection has taken a gram. */
    void onTaken(OutboundGram gram) {
        unnumbered.add(gram);
    }

    /** A gram was delivered at the other end. */
    void onDelivered(DeliveredGram gram) {
        long id = gram.gramId();
        if (!delivered.add(id)) {
            throw failure("gram " + id + " was delivered twice");
        }
        numberGrams();
        PlannedGram planned = undelivered.remove(id);
        if (planned == null) {
            throw failure("gram " + id + " was delivered and never sent");
        }
        boolean isPlaced = planned.batch.kind() == Batch.Kind.PLACED;
        if (gram.lane() != planned.batch.lane()
                || gram.mode() != planned.batch.kind().mode()
                || gram.payloadBytes() != planned.length
                || gram.blobId() != (isPlaced ? BLOB_ID : 0)) {
            throw failure("a " + planned + " was delivered on lane " + gram.lane() + " in mode " + gram.mode()
                    + " with " + gram.payloadBytes() + " bytes and blob " + gram.blobId());
        }
        if (isPlaced) {
            requirePlaced(planned, gram);
        } else {
            if (planned.names != null) {
                requireNames(planned, gram);
            }
            requireSlab(planned, gram);
            requireTurn(planned);
        }
        bytesDelivered += planned.length;
    }

    /** The other end has a gram, says the connection. */
    void onAcknowledged(OutboundGram gram) {
        PlannedGram planned = (PlannedGram) gram.attachment();
        if (planned.isAcknowledged) {
            throw failure("a " + planned + " was acknowledged twice");
        }
        planned.isAcknowledged = true;
        gramsAcknowledged++;
        // An ordered gram may be there and wait for one before it.
        if (!planned.batch.kind().isOrdered() && !delivered.contains(gram.gramId())) {
            throw failure("a " + planned + " was acknowledged before it was delivered");
        }
    }

    /** Everything is through: what lies at the other end is what was sent. */
    void requireWhole() {
        if (delivered.size() != gramsOffered || gramsOffered != gramsPlanned) {
            throw failure(delivered.size() + " grams of " + gramsPlanned + " were delivered");
        }
        int at = Arrays.mismatch(sourceBytes, landingBytes);
        if (at >= 0) {
            throw failure("the landing differs from the blob from byte " + at + " on");
        }
    }

    boolean isAllAcknowledged() {
        return gramsAcknowledged == gramsPlanned;
    }

    /** Whether nothing that was offered is under way. */
    boolean isIdle() {
        return gramsAcknowledged == gramsOffered;
    }

    long gramsDelivered() {
        return delivered.size();
    }

    long bytesDelivered() {
        return bytesDelivered;
    }

    private void requirePlaced(PlannedGram planned, DeliveredGram gram) {
        long at = planned.offset;
        for (int i = 0; i < gram.descriptorCount(); i++) {
            if (gram.descriptorOffset(i) != at) {
                throw failure("descriptor " + i + " of a " + planned + " points to " + gram.descriptorOffset(i));
            }
            at += gram.descriptorLength(i);
        }
        int from = (int) planned.offset;
        int to = from + planned.length;
        int mismatch = Arrays.mismatch(sourceBytes, from, to, landingBytes, from, to);
        if (at != to || mismatch >= 0) {
            throw failure("a " + planned + " was delivered with other bytes, from byte " + mismatch + " on");
        }
    }

    private void requireNames(PlannedGram planned, DeliveredGram gram) {
        DescriptorList names = planned.names;
        if (isSpoilt && planned.batch.isDigested()) {
            throw failure("a " + planned + " was delivered, and the bytes that it names are others here");
        }
        if (gram.descriptorCount() != names.count() || gram.hasProgram() != (planned.slab.length > 0)) {
            throw failure("a " + planned + " was delivered with " + gram.descriptorCount() + " descriptors for "
                    + names.count() + " and " + gram.slabLength() + " bytes of program");
        }
        for (int i = 0; i < names.count(); i++) {
            if (gram.descriptorOffset(i) != names.offset(i) || gram.descriptorLength(i) != names.length(i)) {
                throw failure("descriptor " + i + " of a " + planned + " names " + gram.descriptorLength(i)
                        + " bytes at " + gram.descriptorOffset(i));
            }
        }
        if (!isSpoilt && gram.digest() != digest(names)) {
            throw failure("a " + planned + " names other bytes at this end");
        }
    }

    private void requireSlab(PlannedGram planned, DeliveredGram gram) {
        int length = planned.slab.length;
        if (gram.slabLength() != length) {
            throw failure("a " + planned + " was delivered with a slab of " + gram.slabLength() + " bytes");
        }
        byte[] got = gram.takeSlab();
        int mismatch = got == null ? 0 : Arrays.mismatch(planned.slab, 0, length, got, 0, length);
        if (mismatch >= 0 && length > 0) {
            throw failure("a " + planned + " was delivered with other bytes, from byte " + mismatch + " on");
        }
        planned.slab = null;
    }

    private void requireTurn(PlannedGram planned) {
        if (planned.batch.kind().isOrdered()) {
            int turn = next(sequencesDelivered, planned.batch.lane());
            if (turn != planned.laneSequence) {
                throw failure("lane " + planned.batch.lane() + " delivers gram " + planned.laneSequence
                        + " when it is the turn of " + turn);
            }
        }
    }

    /** Notes the numbers of those that were opened since. */
    private void numberGrams() {
        for (Iterator<OutboundGram> grams = unnumbered.iterator(); grams.hasNext(); ) {
            OutboundGram gram = grams.next();
            if (gram.gramId() >= 0) {
                undelivered.put(gram.gramId(), (PlannedGram) gram.attachment());
                grams.remove();
            }
        }
    }

    private static int next(Int2IntHashMap sequences, int lane) {
        int next = sequences.get(lane) + 1; // absent is -1
        sequences.put(lane, next);
        return next;
    }

    private ScenarioFailure failure(String what) {
        return new ScenarioFailure(name + ": " + what);
    }
}
