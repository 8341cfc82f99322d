package io.packetfs.transfer;

import io.packetfs.blob.BlobSource;
import io.packetfs.endpoint.ConnectionStats;
import io.packetfs.endpoint.DeliveredGram;
import io.packetfs.endpoint.OutboundGram;
import io.packetfs.protocol.DescriptorList;
import io.packetfs.protocol.ReasonCode;
import io.packetfs.transfer.FileReport.FileStatus;
import io.packetfs.transfer.manifest.TransferId;
import io.packetfs.transfer.record.OfferKind;
import io.packetfs.transfer.record.Outcome;
import io.packetfs.transfer.record.TransferRecord;
import io.packetfs.transfer.record.TransferRecord.Accept;
import io.packetfs.transfer.record.TransferRecord.Offer;
import io.packetfs.transfer.record.TransferRecord.Refuse;
import io.packetfs.transfer.record.TransferRecord.Result;
import io.packetfs.transfer.record.TransferRecord.ScheduleDone;
import io.packetfs.transfer.record.VerifyKind;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;

/** The sender of a schedule: descriptors into a blob that the receiver holds, too (spec: SCH). */
public final class ScheduleSendSession extends TransferSession {
    /** Descriptors in one gram: as many as the default limits of a receiver allow. */
    private static final int DESCRIPTORS_MAX = 1_024;

    /** No more records than this have taken gram ids. */
    private static final int RECORDS_MAX = 8;

    /** No more grams than this: each is remembered by a bit until its program is answered. */
    private static final int GRAMS_MAX = 1 << 28;

    private enum Step {
        OFFERING,
        MOVING,
        AWAITING_RESULT
    }

    private final BlobSource blob;
    private final DescriptorFeed feed;
    private final int mode;
    private final String name;
    private final byte[] program;
    private final Consumer<ProgramAnswer> onAnswer;
    private final DescriptorList list = new DescriptorList();
    private final CRC32C crc = new CRC32C();
    private Step step = Step.OFFERING;
    private OutboundGram refused;
    private long descriptors;
    private long namedBytes;
    private long digestSum;
    private long sentGrams;
    private long acknowledgedGrams;
    private final BitSet answered = new BitSet();
    private Result result;

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
        super(workers, clockNs, stallTimeoutNs, "receiver");
        this.blob = blob;
        this.feed = feed;
        this.mode = mode;
        this.name = name;
        this.program = program.getBytes(StandardCharsets.UTF_8);
        this.onAnswer = onAnswer;
    }

    @Override
    void begin() {
        control.send(new Offer(OfferKind.SCHEDULE, VerifyKind.CRC32C, 0, 0, TransferId.NONE));
    }

    @Override
    void onRecord(TransferRecord record) {
        boolean offering = step == Step.OFFERING;
        if (offering && record instanceof Refuse refuse) {
            end(ResultCodes.failureAtSender(refuse.code(), refuse.message()));
            connection().close(ReasonCode.NO_ERROR, "");
        } else if (offering && record instanceof Accept) {
            step = Step.MOVING;
            enter(TransferPhase.MOVING);
        } else if (step == Step.AWAITING_RESULT && record instanceof Result last) {
            onResult(last);
        } else {
            violation("an unexpected " + record.getClass().getSimpleName());
        }
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
        return program.length > 0 && gramId >= 0 && gramId < sentGrams + RECORDS_MAX && !answered.get((int) gramId);
    }

    @Override
    void onDataAcknowledged(OutboundGram gram) {
        acknowledgedGrams++;
    }

    @Override
    void pump() {
        if (!control.pump(connection()) || step != Step.MOVING) {
            return;
        }
        for (OutboundGram gram = next(); gram != null; gram = next()) {
            if (!connection().trySend(gram)) {
                refused = gram;
                return;
            }
            sentGrams++;
        }
        control.send(new ScheduleDone(descriptors, namedBytes, digestSum));
        step = Step.AWAITING_RESULT;
        enter(TransferPhase.FINISHING);
        control.pump(connection());
    }

    private void onResult(Result last) {
        if (last.outcome() == Outcome.OK && program.length > 0 && answered.cardinality() < sentGrams) {
            violation("a result before all programs were answered");
            return;
        }
        result = last;
        end(last.outcome() == Outcome.OK ? null : ResultCodes.failureOfResult(last.code(), last.message()));
        connection().close(ReasonCode.NO_ERROR, "");
    }

    /** The gram that was refused last, or a new one; null when the schedule has ended. */
    private OutboundGram next() {
        if (refused != null) {
            OutboundGram gram = refused;
            refused = null;
            return gram;
        }
        feed.fill(list.clear(), DESCRIPTORS_MAX);
        if (list.count() == 0) {
            return null;
        }
        if (sentGrams == GRAMS_MAX) {
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
    void onTime(long nowNs) {}

    @Override
    boolean isWaitingForPeer() {
        return acknowledgedGrams < sentGrams || step == Step.AWAITING_RESULT;
    }

    @Override
    boolean isDone() {
        return result != null;
    }

    @Override
    TransferProgress measureProgress(TransferPhase phase, ConnectionStats stats) {
        return ScheduleReports.progress(phase, namedBytes, stats);
    }

    @Override
    void onEnd(Failure cause) {
        FileStatus status = cause == null ? FileStatus.OK : FileStatus.FAILED;
        complete(new TransferReport(
                TransferReport.status(cause, false),
                cause,
                result == null ? 0 : result.bytes(),
                0,
                result == null ? 0 : result.bytes(),
                durationNs(),
                acknowledgedGrams,
                descriptors,
                List.of(new FileReport(name, namedBytes, ScheduleReports.digest(cause, digestSum), status, "")),
                stats(),
                peer()));
    }
}
