package io.packetfs.transfer;

import io.packetfs.endpoint.ConnectionStats;
import io.packetfs.endpoint.DeliveredGram;
import io.packetfs.endpoint.OutboundGram;
import io.packetfs.protocol.DescriptorList;
import io.packetfs.protocol.GramHeader;
import io.packetfs.transfer.FileReport.FileStatus;
import io.packetfs.transfer.record.OfferKind;
import io.packetfs.transfer.record.Outcome;
import io.packetfs.transfer.record.ResultCode;
import io.packetfs.transfer.record.TransferRecord;
import io.packetfs.transfer.record.TransferRecord.Accept;
import io.packetfs.transfer.record.TransferRecord.Offer;
import io.packetfs.transfer.record.TransferRecord.Result;
import io.packetfs.transfer.record.TransferRecord.ScheduleDone;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * The receiver of a schedule (spec: SCH). The engine has held each descriptor against the common blob, and the digest against the bytes that
 * are there; what is left is to count.
 */
public final class ScheduleReceiveSession extends ReceiveSession {
    private final String name;
    private final ProgramRunner runner;
    private final ArrayDeque<byte[]> answers = new ArrayDeque<>();
    private boolean accepted;
    private ScheduleDone done;
    private long grams;
    private long descriptors;
    private long namedBytes;
    private long digestSum;
    private int running;
    private int unacknowledgedAnswers;

    /**
     * A session that waits to be spoken to, at an endpoint that has a common blob.
     *
     * @param name what to call the schedule in reports
     * @param runner runs the programs that come with descriptors, on the disk thread
     */
    public ScheduleReceiveSession(
            String name,
            ProgramRunner runner,
            Predicate<ReceiveSession> admission,
            Workers workers,
            LongSupplier clockNs,
            long stallTimeoutNs) {
        super(admission, workers, clockNs, stallTimeoutNs);
        this.name = name;
        this.runner = runner;
    }

    @Override
    void onOffer(Offer offer) {
        if (offer.kind() != OfferKind.SCHEDULE) {
            refuse(ResultCode.NOT_WANTED, "payload was offered where descriptors are expected");
            return;
        }
        accepted = true;
        control.send(new Accept(0, 0, false));
        enter(TransferPhase.MOVING);
    }

    @Override
    void onLaterRecord(TransferRecord record) {
        if (record instanceof ScheduleDone last && accepted && done == null) {
            done = last;
            finishIfWhole();
            return;
        }
        violation("an unexpected " + record.getClass().getSimpleName());
    }

    @Override
    void onData(DeliveredGram gram) {
        // spec: LNS-4, SCH-2
        boolean isExpected = accepted
                && !isLastWordSaid()
                && gram.lane() == Lanes.SCHEDULE
                && gram.mode() != GramHeader.MODE_PAYLOAD
                && gram.blobId() == 0;
        if (!isExpected) {
            violation("a gram on lane " + gram.lane() + " that is not expected");
            return;
        }
        grams++;
        descriptors += gram.descriptorCount();
        namedBytes += gram.payloadBytes();
        digestSum += Integer.toUnsignedLong(gram.digest());
        if (gram.hasProgram()) {
            run(gram);
        }
        finishIfWhole();
    }

    /** What waits to run is bounded by the flow credit, which goes back with the answer. spec: SCH-4 */
    private void run(DeliveredGram gram) {
        DescriptorList descriptorsOfGram = new DescriptorList();
        for (int i = 0; i < gram.descriptorCount(); i++) {
            descriptorsOfGram.add(gram.descriptorOffset(i), gram.descriptorLength(i));
        }
        String program = new String(gram.takeSlab(), 0, gram.slabLength(), StandardCharsets.UTF_8);
        long gramId = gram.gramId();
        int costBytes = gram.keepCredit();
        running++;
        workers.disk().execute(() -> {
            byte[] answer = runner.run(program, descriptorsOfGram).encode(gramId);
            workers.agent().execute(() -> onAnswer(answer, costBytes));
        });
    }

    private void onAnswer(byte[] answer, int costBytes) {
        running--;
        if (isEnded()) {
            return;
        }
        connection().returnCredit(costBytes);
        answers.add(answer);
        pump();
    }

    @Override
    void offerData() {
        while (!answers.isEmpty()
                && connection().trySend(OutboundGram.staged(Lanes.PROGRAM, false, answers.element()))) {
            answers.remove();
            unacknowledgedAnswers++;
        }
    }

    @Override
    void onDataAcknowledged(OutboundGram gram) {
        unacknowledgedAnswers--;
        finishIfWhole();
    }

    @Override
    void onReceiveTime(long nowNs) {}

    @Override
    boolean isReceiving() {
        return accepted && running == 0;
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
                namedBytes,
                0,
                namedBytes,
                durationNs(),
                grams,
                descriptors,
                List.of(new FileReport(name, namedBytes, ScheduleReports.digest(cause, digestSum), status, "")),
                stats(),
                peer()));
    }

    private void finishIfWhole() {
        boolean isAnswered = running == 0 && answers.isEmpty() && unacknowledgedAnswers == 0;
        if (done == null || descriptors < done.descriptors() || !isAnswered || isLastWordSaid()) {
            return;
        }
        boolean same = descriptors == done.descriptors() && namedBytes == done.bytes() && digestSum == done.digestSum();
        String message = same ? "" : "the schedule that came is not the one that was sent";
        if (!same) {
            failWith(Failure.of(FailureKind.INTEGRITY, message));
        }
        report(
                new Result(
                        same ? Outcome.OK : Outcome.FAILED,
                        same ? ResultCode.NONE : ResultCode.INTEGRITY,
                        same ? 1 : 0,
                        0,
                        same ? 0 : 1,
                        namedBytes,
                        elapsedNs(),
                        message),
                List.of());
    }
}
