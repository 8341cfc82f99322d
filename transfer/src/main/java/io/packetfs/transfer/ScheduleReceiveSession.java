package io.packetfs.transfer;

import io.packetfs.endpoint.DeliveredGram;
import io.packetfs.endpoint.OutboundGram;
import io.packetfs.protocol.DescriptorList;
import io.packetfs.protocol.GramHeader;
import io.packetfs.transfer.OpenEndedReports.Amounts;
import io.packetfs.transfer.record.OfferKind;
import io.packetfs.transfer.record.TransferRecord.ScheduleDone;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * The receiver of a schedule (spec: SCH). The engine has held each descriptor against the common blob, and the digest against the bytes that
 * are there; what is left is to count.
 */
public final class ScheduleReceiveSession extends OpenEndedReceiveSession<ScheduleDone> {
    private final String name;
    private final ProgramRunner runner;
    private final ArrayDeque<byte[]> answers = new ArrayDeque<>();
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
        super(OfferKind.SCHEDULE, ScheduleDone.class, admission, workers, clockNs, stallTimeoutNs);
        this.name = name;
        this.runner = runner;
    }

    @Override
    String unwanted() {
        return "payload was offered where descriptors are expected";
    }

    @Override
    void onData(DeliveredGram gram) {
        // spec: LNS-4, SCH-2
        boolean isExpected = isTaking()
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
    boolean isReceiving() {
        return isTaking() && running == 0;
    }

    @Override
    boolean isWhole(ScheduleDone said) {
        return descriptors >= said.descriptors() && running == 0 && answers.isEmpty() && unacknowledgedAnswers == 0;
    }

    @Override
    boolean isSame(ScheduleDone said) {
        return descriptors == said.descriptors() && namedBytes == said.bytes() && digestSum == said.digestSum();
    }

    @Override
    long bytes() {
        return namedBytes;
    }

    @Override
    void onEnd(Failure cause) {
        complete(OpenEndedReports.of(
                this,
                cause,
                new Amounts(namedBytes, namedBytes, grams, descriptors),
                OpenEndedReports.thing(name, namedBytes, OpenEndedReports.sumText(digestSum), cause)));
    }
}
