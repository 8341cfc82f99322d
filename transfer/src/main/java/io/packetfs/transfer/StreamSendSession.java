package io.packetfs.transfer;

import io.packetfs.endpoint.ConnectionStats;
import io.packetfs.endpoint.DeliveredGram;
import io.packetfs.endpoint.OutboundGram;
import io.packetfs.protocol.ReasonCode;
import io.packetfs.transfer.OpenEndedReports.Amounts;
import io.packetfs.transfer.record.FileDigest;
import io.packetfs.transfer.record.OfferKind;
import io.packetfs.transfer.record.TransferRecord;
import io.packetfs.transfer.record.TransferRecord.StreamDone;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;

/**
 * The sender of a stream whose length nobody knows (spec: STR). The disk thread reads ahead a bounded count of pieces; the connection's
 * flow credit holds it back when the receiver's reader is slow.
 */
public final class StreamSendSession extends OpenEndedSendSession {
    /** Pieces that were read and not yet taken by the connection. */
    private static final int PIECES_AHEAD_MAX = 8;

    private final InputStream input;
    private final String name;
    private final CRC32C crc = new CRC32C();
    private final ArrayDeque<byte[]> ahead = new ArrayDeque<>();
    private boolean reading;
    private boolean inputEnded;
    private long readBytes;
    private long acknowledgedBytes;

    /**
     * A session that speaks when it is connected.
     *
     * @param name what to call the stream, such as {@code stdin}
     */
    public StreamSendSession(
            InputStream input, String name, Workers workers, LongSupplier clockNs, long stallTimeoutNs) {
        super(OfferKind.STREAM, workers, clockNs, stallTimeoutNs);
        this.input = input;
        this.name = name;
    }

    @Override
    void onData(DeliveredGram gram) {
        violation("a gram on lane " + gram.lane() + " to the sender");
    }

    @Override
    void onDataAcknowledged(OutboundGram gram) {
        super.onDataAcknowledged(gram);
        acknowledgedBytes += gram.slabLength();
    }

    @Override
    OutboundGram pollGram() {
        return ahead.isEmpty() ? null : OutboundGram.staged(Lanes.STREAM, true, ahead.remove());
    }

    @Override
    TransferRecord pollDone() {
        if (!inputEnded) {
            readAhead();
            return null;
        }
        return reading ? null : new StreamDone(readBytes, (int) crc.getValue());
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

    @Override
    boolean isWaitingForPeer() {
        return isMoving() && acknowledgedBytes < readBytes;
    }

    @Override
    TransferProgress measureProgress(TransferPhase phase, ConnectionStats stats) {
        return OpenEndedReports.progress(phase, acknowledgedBytes, stats);
    }

    @Override
    void onEnd(Failure cause) {
        long bytes = result() == null ? acknowledgedBytes : result().bytes();
        String digest = FileDigest.ofCrc32c((int) crc.getValue()).text();
        complete(OpenEndedReports.of(
                this,
                cause,
                new Amounts(bytes, 0, acknowledgedGrams(), 0),
                OpenEndedReports.thing(name, readBytes, digest, cause)));
    }

    private void failLocally(String message) {
        if (!isEnded()) {
            end(Failure.of(FailureKind.LOCAL_IO, message));
            connection().close(ReasonCode.LOCAL_IO, message);
        }
    }
}
