package io.packetfs.transfer;

import io.packetfs.endpoint.ConnectionStats;
import io.packetfs.endpoint.DeliveredGram;
import io.packetfs.transfer.FileReport.FileStatus;
import io.packetfs.transfer.record.FileDigest;
import io.packetfs.transfer.record.OfferKind;
import io.packetfs.transfer.record.Outcome;
import io.packetfs.transfer.record.ResultCode;
import io.packetfs.transfer.record.TransferRecord;
import io.packetfs.transfer.record.TransferRecord.Accept;
import io.packetfs.transfer.record.TransferRecord.Offer;
import io.packetfs.transfer.record.TransferRecord.Result;
import io.packetfs.transfer.record.TransferRecord.StreamDone;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.zip.CRC32C;

/**
 * The receiver of a stream (spec: STR). The disk thread writes; a gram's flow credit goes back when its bytes were written, so what waits
 * here is bounded by the credit window.
 */
public final class StreamReceiveSession extends ReceiveSession {
    private final OutputStream output;
    private final String name;
    private final CRC32C crc = new CRC32C();
    private boolean accepted;
    private StreamDone done;
    private long receivedGrams;
    private long writtenBytes;

    /**
     * A session that waits to be spoken to.
     *
     * @param name what to call the stream, such as {@code stdout}
     */
    public StreamReceiveSession(
            OutputStream output,
            String name,
            Predicate<ReceiveSession> admission,
            Workers workers,
            LongSupplier clockNs,
            long stallTimeoutNs) {
        super(admission, workers, clockNs, stallTimeoutNs);
        this.output = output;
        this.name = name;
    }

    @Override
    void onOffer(Offer offer) {
        if (offer.kind() != OfferKind.STREAM) {
            refuse(ResultCode.NOT_WANTED, "files were offered where a stream is expected; receive them without -o");
            return;
        }
        accepted = true;
        control.send(new Accept(0, 0, false));
        enter(TransferPhase.MOVING);
    }

    @Override
    void onLaterRecord(TransferRecord record) {
        if (record instanceof StreamDone last && accepted && done == null) {
            done = last;
            finishIfWhole();
            return;
        }
        violation("an unexpected " + record.getClass().getSimpleName());
    }

    @Override
    void onData(DeliveredGram gram) {
        // spec: LNS-6
        if (!accepted || gram.lane() != Lanes.STREAM || !gram.isStaged() || isLastWordSaid()) {
            violation("a gram on lane " + gram.lane() + " that is not expected");
            return;
        }
        byte[] slab = gram.takeSlab();
        int length = gram.slabLength();
        int costBytes = gram.keepCredit();
        receivedGrams++;
        crc.update(slab, 0, length);
        workers.disk().execute(() -> write(slab, length, costBytes));
    }

    @Override
    void onReceiveTime(long nowNs) {}

    @Override
    boolean isReceiving() {
        // A stream may pause for as long as its writer does; a sender that is gone shows in the connection.
        return false;
    }

    @Override
    TransferProgress measureProgress(TransferPhase phase, ConnectionStats stats) {
        return new TransferProgress(
                phase,
                writtenBytes,
                -1,
                1,
                stats == null ? 0 : stats.rttNsSmoothed(),
                stats == null ? 0 : stats.packetsRetransmitted());
    }

    @Override
    void onEnd(Failure cause) {
        boolean ok = cause == null;
        String digest = ok ? FileDigest.ofCrc32c((int) crc.getValue()).text() : null;
        complete(new TransferReport(
                TransferReport.status(cause, false),
                cause,
                writtenBytes,
                0,
                durationNs(),
                receivedGrams,
                0,
                List.of(new FileReport(name, writtenBytes, digest, ok ? FileStatus.OK : FileStatus.FAILED, "")),
                stats(),
                peer()));
    }

    /** Runs on the disk thread. */
    private void write(byte[] slab, int length, int costBytes) {
        try {
            output.write(slab, 0, length);
            output.flush();
            workers.agent().execute(() -> onWritten(length, costBytes));
        } catch (IOException e) {
            workers.agent().execute(() -> failLocally("cannot write to " + name + ": " + Texts.reason(e)));
        }
    }

    private void onWritten(int length, int costBytes) {
        writtenBytes += length;
        if (!isEnded()) {
            connection().returnCredit(costBytes);
            finishIfWhole();
        }
    }

    private void finishIfWhole() {
        if (done == null || writtenBytes < done.bytes()) {
            return;
        }
        boolean intact = writtenBytes == done.bytes() && (int) crc.getValue() == done.crc32c();
        String message = intact ? "" : "the stream that came is not the one that was sent";
        if (!intact) {
            failWith(Failure.of(FailureKind.INTEGRITY, message));
        }
        report(
                new Result(
                        intact ? Outcome.OK : Outcome.FAILED,
                        intact ? ResultCode.NONE : ResultCode.INTEGRITY,
                        intact ? 1 : 0,
                        0,
                        intact ? 0 : 1,
                        writtenBytes,
                        elapsedNs(),
                        message),
                List.of());
    }
}
