package io.packetfs.transfer;

import io.packetfs.endpoint.ConnectionStats;
import io.packetfs.endpoint.DeliveredGram;
import io.packetfs.endpoint.OutboundGram;
import io.packetfs.protocol.ReasonCode;
import io.packetfs.transfer.FileReport.FileStatus;
import io.packetfs.transfer.manifest.TransferId;
import io.packetfs.transfer.record.FileDigest;
import io.packetfs.transfer.record.OfferKind;
import io.packetfs.transfer.record.Outcome;
import io.packetfs.transfer.record.TransferRecord;
import io.packetfs.transfer.record.TransferRecord.Accept;
import io.packetfs.transfer.record.TransferRecord.Offer;
import io.packetfs.transfer.record.TransferRecord.Refuse;
import io.packetfs.transfer.record.TransferRecord.Result;
import io.packetfs.transfer.record.TransferRecord.StreamDone;
import io.packetfs.transfer.record.VerifyKind;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;

/**
 * The sender of a stream whose length nobody knows (spec: STR). The disk thread reads ahead a bounded count of pieces; the connection's
 * flow credit holds it back when the receiver's reader is slow.
 */
public final class StreamSendSession extends TransferSession {
    /** Pieces that were read and not yet taken by the connection. */
    private static final int PIECES_AHEAD_MAX = 8;

    private enum Step {
        OFFERING,
        MOVING,
        AWAITING_RESULT
    }

    private final InputStream input;
    private final String name;
    private final CRC32C crc = new CRC32C();
    private final ArrayDeque<byte[]> ahead = new ArrayDeque<>();
    private Step step = Step.OFFERING;
    private OutboundGram refused;
    private boolean reading;
    private boolean inputEnded;
    private long readBytes;
    private long acknowledgedBytes;
    private long acknowledgedGrams;
    private Result result;

    /**
     * A session that speaks when it is connected.
     *
     * @param name what to call the stream, such as {@code stdin}
     */
    public StreamSendSession(
            InputStream input, String name, Workers workers, LongSupplier clockNs, long stallTimeoutNs) {
        super(workers, clockNs, stallTimeoutNs, "receiver");
        this.input = input;
        this.name = name;
    }

    @Override
    void begin() {
        control.send(new Offer(OfferKind.STREAM, VerifyKind.CRC32C, 0, 0, TransferId.NONE));
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
        } else if (!offering && record instanceof Result last) {
            onResult(last);
        } else {
            violation("an unexpected " + record.getClass().getSimpleName());
        }
    }

    @Override
    void onData(DeliveredGram gram) {
        violation("a gram on lane " + gram.lane() + " to the sender");
    }

    @Override
    void onDataAcknowledged(OutboundGram gram) {
        acknowledgedBytes += gram.slabLength();
        acknowledgedGrams++;
    }

    @Override
    void pump() {
        if (!control.pump(connection()) || step != Step.MOVING || !offerGrams()) {
            return;
        }
        if (!inputEnded) {
            readAhead();
        } else if (!reading) {
            control.send(new StreamDone(readBytes, (int) crc.getValue()));
            step = Step.AWAITING_RESULT;
            enter(TransferPhase.FINISHING);
            control.pump(connection());
        }
    }

    @Override
    void onTime(long nowNs) {}

    @Override
    boolean isWaitingForPeer() {
        return step == Step.MOVING && acknowledgedBytes < readBytes;
    }

    @Override
    boolean isDone() {
        return result != null;
    }

    @Override
    TransferProgress measureProgress(TransferPhase phase, ConnectionStats stats) {
        return new TransferProgress(
                phase,
                acknowledgedBytes,
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
                result == null ? acknowledgedBytes : result.bytes(),
                0,
                durationNs(),
                acknowledgedGrams,
                0,
                List.of(new FileReport(name, readBytes, digest, ok ? FileStatus.OK : FileStatus.FAILED, "")),
                stats(),
                peer()));
    }

    /** Returns whether the connection has taken all there is. */
    private boolean offerGrams() {
        while (refused != null || !ahead.isEmpty()) {
            OutboundGram gram = refused != null ? refused : OutboundGram.staged(Lanes.STREAM, true, ahead.remove());
            refused = null;
            if (!connection().trySend(gram)) {
                refused = gram;
                return false;
            }
        }
        return true;
    }

    private void readAhead() {
        if (!reading) {
            reading = true;
            workers.disk().execute(this::read);
        }
    }

    /** Runs on the disk thread: reads some pieces, each as soon as it is there. */
    private void read() {
        try {
            for (int i = 0; i < PIECES_AHEAD_MAX; i++) {
                byte[] buffer = new byte[Lanes.STREAM_GRAM_BYTES];
                int count = input.read(buffer);
                if (count < 0) {
                    workers.agent().execute(() -> onRead(new byte[0], true, true));
                    return;
                }
                byte[] piece = Arrays.copyOf(buffer, count);
                boolean last = i == PIECES_AHEAD_MAX - 1;
                workers.agent().execute(() -> onRead(piece, false, last));
            }
        } catch (IOException e) {
            workers.agent().execute(() -> failLocally("cannot read " + name + ": " + Texts.reason(e)));
        }
    }

    private void onRead(byte[] piece, boolean ended, boolean last) {
        if (isEnded()) {
            return;
        }
        if (piece.length > 0) {
            crc.update(piece);
            readBytes += piece.length;
            ahead.add(piece);
        }
        inputEnded = ended;
        if (last) {
            reading = false;
        }
        pump();
    }

    private void onResult(Result last) {
        result = last;
        Failure cause = last.outcome() == Outcome.OK ? null : ResultCodes.failureOfResult(last.code(), last.message());
        end(cause);
        connection().close(ReasonCode.NO_ERROR, "");
    }

    private void failLocally(String message) {
        if (!isEnded()) {
            end(Failure.of(FailureKind.LOCAL_IO, message));
            connection().close(ReasonCode.LOCAL_IO, message);
        }
    }
}
