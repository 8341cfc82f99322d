package io.packetfs.transfer;

import io.packetfs.blob.BlobSource;
import io.packetfs.endpoint.ConnectionStats;
import io.packetfs.endpoint.DeliveredGram;
import io.packetfs.endpoint.OutboundGram;
import io.packetfs.protocol.DescriptorList;
import io.packetfs.transfer.OpenEndedReports.Amounts;
import io.packetfs.transfer.record.OfferKind;
import io.packetfs.transfer.record.TransferRecord;
import io.packetfs.transfer.record.TransferRecord.ScheduleDone;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;

/** The sender of a schedule: descriptors into a blob that the receiver holds, too (spec: SCH). */
public final class ScheduleSendSession extends OpenEndedSendSession {
    /** Descriptors in one gram: as many as the default limits of a receiver allow. */
    private static final int DESCRIPTORS_MAX = 1_024;

    /** No more records than this have taken gram ids. */
    private static final int RECORDS_MAX = 8;

    /** No more grams than this: each is remembered by a bit until its program is answered. */
    private static final int GRAMS_MAX = 1 << 28;

    private final BlobSource blob;
    private final DescriptorFeed feed;
    private final int mode;
    private final String name;
    private final byte[] program;
    private final Consumer<ProgramAnswer> onAnswer;
    private final DescriptorList list = new DescriptorList();
    private final CRC32C crc = new CRC32C();
    private final BitSet answered = new BitSet();
    private long descriptors;
    private long namedBytes;
    private long digestSum;

    /**
     * A session that speaks when it is connected.
     *
     * @param blob what the endpoint's configuration names as shared
     * @param mode {@link io.packetfs.protocol.GramHeader#MODE_OFFSET} or {@link io.packetfs.protocol.GramHeader#MODE_ARITHMETIC}
     * @param name what to call the schedule in reports
     * @param program for the receiver to run over each gram's descriptors; empty for none
     * @param onAnswer hears what became of it, once for each gram, on the agent's thread
     */
    public ScheduleSendSession(
            BlobSource blob,
            DescriptorFeed feed,
            int mode,
            String name,
            String program,
            Consumer<ProgramAnswer> onAnswer,
            Workers workers,
            LongSupplier clockNs,
            long stallTimeoutNs) {
        super(OfferKind.SCHEDULE, workers, clockNs, stallTimeoutNs);
        this.blob = blob;
        this.feed = feed;
        this.mode = mode;
        this.name = name;
        this.program = program.getBytes(StandardCharsets.UTF_8);
        this.onAnswer = onAnswer;
    }

    @Override
    void onData(DeliveredGram gram) {
        ProgramAnswer.ToGram answer = gram.lane() == Lanes.PROGRAM && gram.isStaged()
                ? ProgramAnswer.decode(gram.takeSlab(), gram.slabLength())
                : null;
        // spec: SCH-4
        if (answer == null || !isAwaited(answer.gramId())) {
            violation("a gram on lane " + gram.lane() + " to the sender that is no answer");
            return;
        }
        answered.set((int) answer.gramId());
        onAnswer.accept(answer.answer());
    }

    private boolean isAwaited(long gramId) {
        return program.length > 0 && gramId >= 0 && gramId < sentGrams() + RECORDS_MAX && !answered.get((int) gramId);
    }

    @Override
    OutboundGram pollGram() {
        feed.fill(list.clear(), DESCRIPTORS_MAX);
        if (list.count() == 0) {
            return null;
        }
        if (sentGrams() == GRAMS_MAX) {
            throw new IllegalStateException("a schedule of more than " + GRAMS_MAX + " grams");
        }
        crc.reset();
        for (int i = 0; i < list.count(); i++) {
            blob.updateDigest(crc, list.offset(i), list.length(i));
        }
        descriptors += list.count();
        namedBytes += list.totalBytes();
        digestSum += crc.getValue();
        // spec: SCH-2
        return OutboundGram.program(Lanes.SCHEDULE, false, 0, mode, list, program)
                .withDigest((int) crc.getValue());
    }

    @Override
    TransferRecord pollDone() {
        return new ScheduleDone(descriptors, namedBytes, digestSum);
    }

    @Override
    String faultOfSuccess() {
        boolean isAnswered = program.length == 0 || answered.cardinality() >= sentGrams();
        return isAnswered ? null : "a result before all programs were answered";
    }

    @Override
    boolean isWaitingForPeer() {
        return acknowledgedGrams() < sentGrams() || isAwaitingResult();
    }

    @Override
    TransferProgress measureProgress(TransferPhase phase, ConnectionStats stats) {
        return OpenEndedReports.progress(phase, namedBytes, stats);
    }

    @Override
    void onEnd(Failure cause) {
        long bytes = result() == null ? 0 : result().bytes();
        complete(OpenEndedReports.of(
                this,
                cause,
                new Amounts(bytes, bytes, acknowledgedGrams(), descriptors),
                OpenEndedReports.thing(name, namedBytes, OpenEndedReports.sumText(digestSum), cause)));
    }
}
