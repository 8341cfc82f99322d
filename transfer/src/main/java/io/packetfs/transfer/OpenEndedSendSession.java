package io.packetfs.transfer;

import io.packetfs.endpoint.OutboundGram;
import io.packetfs.protocol.ReasonCode;
import io.packetfs.transfer.manifest.TransferId;
import io.packetfs.transfer.record.OfferKind;
import io.packetfs.transfer.record.Outcome;
import io.packetfs.transfer.record.TransferRecord;
import io.packetfs.transfer.record.TransferRecord.Accept;
import io.packetfs.transfer.record.TransferRecord.Offer;
import io.packetfs.transfer.record.TransferRecord.Refuse;
import io.packetfs.transfer.record.TransferRecord.Result;
import io.packetfs.transfer.record.VerifyKind;
import java.util.function.LongSupplier;

/** The sender of one thing whose length is known when it has ended: a stream or a schedule (spec: STR, SCH). */
abstract class OpenEndedSendSession extends TransferSession {
    private enum Step {
        OFFERING,
        MOVING,
        AWAITING_RESULT
    }

    private final OfferKind kind;
    private Step step = Step.OFFERING;
    private OutboundGram next;
    private long sentGrams;
    private long acknowledgedGrams;
    private Result result;

    OpenEndedSendSession(OfferKind kind, Workers workers, LongSupplier clockNs, long stallTimeoutNs) {
        super(workers, clockNs, stallTimeoutNs, "receiver");
        this.kind = kind;
    }

    @Override
    final void begin() {
        control.send(new Offer(kind, VerifyKind.CRC32C, 0, 0, TransferId.NONE));
    }

    @Override
    final void onRecord(TransferRecord record) {
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

    private void onResult(Result last) {
        boolean ok = last.outcome() == Outcome.OK;
        String fault = ok ? faultOfSuccess() : null;
        if (fault != null) {
            violation(fault);
            return;
        }
        result = last;
        end(ok ? null : ResultCodes.failureOfResult(last.code(), last.message()));
        connection().close(ReasonCode.NO_ERROR, "");
    }

    @Override
    void onDataAcknowledged(OutboundGram gram) {
        acknowledgedGrams++;
    }

    @Override
    final void pump() {
        if (!control.pump(connection()) || step != Step.MOVING || !offerGrams()) {
            return;
        }
        TransferRecord done = pollDone();
        if (done != null) {
            control.send(done);
            step = Step.AWAITING_RESULT;
            enter(TransferPhase.FINISHING);
            control.pump(connection());
        }
    }

    /** Returns whether the connection has taken all there is. */
    private boolean offerGrams() {
        for (next = next == null ? pollGram() : next; next != null; next = pollGram()) {
            if (!connection().trySend(next)) {
                return false;
            }
            sentGrams++;
        }
        return true;
    }

    /** The next gram, or null while there is none. */
    abstract OutboundGram pollGram();

    /** When the connection has taken all there is: the record that says that this was all; or null, and more is made ready. */
    abstract TransferRecord pollDone();

    /** Why the receiver cannot be done with everything yet; null if it can. */
    String faultOfSuccess() {
        return null;
    }

    @Override
    final void onTime(long nowNs) {}

    @Override
    final boolean isDone() {
        return result != null;
    }

    final boolean isMoving() {
        return step == Step.MOVING;
    }

    final boolean isAwaitingResult() {
        return step == Step.AWAITING_RESULT;
    }

    final long sentGrams() {
        return sentGrams;
    }

    final long acknowledgedGrams() {
        return acknowledgedGrams;
    }

    /** The receiver's last word; null if it did not come. */
    final Result result() {
        return result;
    }
}
