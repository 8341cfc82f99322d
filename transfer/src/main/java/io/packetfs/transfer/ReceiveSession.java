package io.packetfs.transfer;

import io.packetfs.endpoint.OutboundGram;
import io.packetfs.protocol.ReasonCode;
import io.packetfs.transfer.record.EntryStatus;
import io.packetfs.transfer.record.RecordPieces;
import io.packetfs.transfer.record.ResultCode;
import io.packetfs.transfer.record.TransferRecord;
import io.packetfs.transfer.record.TransferRecord.Offer;
import io.packetfs.transfer.record.TransferRecord.Refuse;
import io.packetfs.transfer.record.TransferRecord.Result;
import io.packetfs.transfer.record.TransferRecord.Stripe;
import io.packetfs.transfer.record.TransferRecord.UnknownVersion;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/** What receivers share: the offer at the beginning, and leaving only when the sender knows the result. */
public abstract class ReceiveSession extends TransferSession {
    /** How long the sender gets to say that it leaves, once it has the result. */
    private static final long LEAVE_TIMEOUT_NS = 500_000_000L;

    /** How long the result is repeated to a sender of which nothing is heard. To one that is heard it gets through in the end. */
    private static final long RESULT_TIMEOUT_NS = 10_000_000_000L;

    private final Predicate<ReceiveSession> admission;
    private boolean offered;
    private boolean lastWordSaid;
    private long senderHeardNs;
    private long packetsHeard;
    private long lastWordHeardNs;

    /**
     * A session that has not begun.
     *
     * @param admission asked when a sender makes an offer; false if another one is being served
     */
    ReceiveSession(Predicate<ReceiveSession> admission, Workers workers, LongSupplier clockNs, long stallTimeoutNs) {
        super(workers, clockNs, stallTimeoutNs, "sender");
        this.admission = admission;
    }

    @Override
    final void begin() {}

    @Override
    final void onRecord(TransferRecord record) {
        if (lastWordSaid) {
            // A refused sender may have said more before it heard so.
            return;
        }
        if (!offered && record instanceof UnknownVersion unknown) {
            refuse(ResultCode.VERSION, "the sender speaks version " + unknown.version() + " of transfers, not 1");
        } else if (!offered && record instanceof Offer offer) {
            admit(offer);
        } else if (!offered && record instanceof Stripe stripe) {
            onStripe(stripe);
        } else {
            onLaterRecord(record);
        }
    }

    /** The connection says that it is a further one of a transfer. */
    void onStripe(Stripe stripe) {
        violation("a stripe where there are none");
    }

    private void admit(Offer offer) {
        if (admission.test(this)) {
            offered = true;
            onOffer(offer);
        } else {
            refuse(ResultCode.BUSY, "another transfer is under way");
        }
    }

    @Override
    void onDataAcknowledged(OutboundGram gram) {}

    @Override
    final void pump() {
        if (control.pump(connection())) {
            offerData();
        }
    }

    /** Offers the connection what there is for the sender beside records. */
    void offerData() {}

    @Override
    final void onTime(long nowNs) {
        if (!lastWordSaid) {
            onReceiveTime(nowNs);
            return;
        }
        if (control.isIdle() && lastWordHeardNs == 0) {
            lastWordHeardNs = nowNs;
        }
        boolean leave = lastWordHeardNs != 0
                ? nowNs - lastWordHeardNs >= LEAVE_TIMEOUT_NS
                : nowNs - senderHeardNs(nowNs) >= RESULT_TIMEOUT_NS;
        if (leave) {
            connection().close(ReasonCode.NO_ERROR, "");
        }
    }

    /** When the sender was last heard; at the earliest when the last word was said. */
    private long senderHeardNs(long nowNs) {
        long packets = connection().stats().packetsReceived();
        if (packets != packetsHeard) {
            packetsHeard = packets;
            senderHeardNs = nowNs;
        }
        return senderHeardNs;
    }

    @Override
    final boolean isDone() {
        return lastWordSaid;
    }

    @Override
    final boolean isWaitingForPeer() {
        return !lastWordSaid && isReceiving();
    }

    abstract void onOffer(Offer offer);

    abstract void onLaterRecord(TransferRecord record);

    /** Called on every tick until the last word is said. */
    abstract void onReceiveTime(long nowNs);

    /** Whether the next step is the sender's. */
    abstract boolean isReceiving();

    final boolean isLastWordSaid() {
        return lastWordSaid;
    }

    final void refuse(ResultCode code, String message) {
        failWith(ResultCodes.failureAtReceiver(code, message));
        control.send(new Refuse(code, message));
        sayLastWord();
    }

    final void report(Result result, List<EntryStatus> statuses) {
        control.send(RecordPieces.ofStatuses(statuses));
        control.send(result);
        sayLastWord();
    }

    /** A file or the disk failed here: nothing more can come of this. */
    final void failLocally(String message) {
        if (isEnded()) {
            return;
        }
        end(Failure.of(FailureKind.LOCAL_IO, message));
        connection().close(ReasonCode.LOCAL_IO, message);
    }

    private void sayLastWord() {
        stopClock();
        lastWordSaid = true;
        senderHeardNs = clockNs.getAsLong();
        enter(TransferPhase.FINISHING);
        pump();
    }
}
