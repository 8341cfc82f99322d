package io.packetfs.transfer;

import io.packetfs.endpoint.ConnectionStats;
import io.packetfs.transfer.record.OfferKind;
import io.packetfs.transfer.record.Outcome;
import io.packetfs.transfer.record.ResultCode;
import io.packetfs.transfer.record.TransferRecord;
import io.packetfs.transfer.record.TransferRecord.Accept;
import io.packetfs.transfer.record.TransferRecord.Offer;
import io.packetfs.transfer.record.TransferRecord.Result;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * The receiver of one thing whose length is known when it has ended: a stream or a schedule (spec: STR, SCH).
 *
 * @param <D> the record that says that this was all
 */
abstract class OpenEndedReceiveSession<D extends TransferRecord> extends ReceiveSession {
    private final OfferKind kind;
    private final Class<D> doneType;
    private boolean accepted;
    private D done;

    OpenEndedReceiveSession(
            OfferKind kind,
            Class<D> doneType,
            Predicate<ReceiveSession> admission,
            Workers workers,
            LongSupplier clockNs,
            long stallTimeoutNs) {
        super(admission, workers, clockNs, stallTimeoutNs);
        this.kind = kind;
        this.doneType = doneType;
    }

    @Override
    final void onOffer(Offer offer) {
        if (offer.kind() != kind) {
            refuse(ResultCode.NOT_WANTED, unwanted());
            return;
        }
        accepted = true;
        control.send(new Accept(0, 0, false));
        enter(TransferPhase.MOVING);
    }

    @Override
    final void onLaterRecord(TransferRecord record) {
        if (!accepted || done != null || !doneType.isInstance(record)) {
            violation("an unexpected " + record.getClass().getSimpleName());
            return;
        }
        done = doneType.cast(record);
        finishIfWhole();
    }

    @Override
    final void onReceiveTime(long nowNs) {}

    /** Whether the offer was accepted and the result is not told. */
    final boolean isTaking() {
        return accepted && !isLastWordSaid();
    }

    /** To be called whenever something came, or was done with what came. */
    final void finishIfWhole() {
        if (done == null || isLastWordSaid() || !isWhole(done)) {
            return;
        }
        boolean same = isSame(done);
        String message =
                same ? "" : "the " + kind.name().toLowerCase(Locale.ROOT) + " that came is not the one that was sent";
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
                        bytes(),
                        elapsedNs(),
                        message),
                List.of());
    }

    /** What the sender of something else is told. */
    abstract String unwanted();

    /** Whether nothing more has to come or to be done. */
    abstract boolean isWhole(D said);

    /** Whether what came is what was sent. */
    abstract boolean isSame(D said);

    /** The bytes that are in place. */
    abstract long bytes();

    @Override
    final TransferProgress measureProgress(TransferPhase phase, ConnectionStats stats) {
        return OpenEndedReports.progress(phase, bytes(), stats);
    }
}
