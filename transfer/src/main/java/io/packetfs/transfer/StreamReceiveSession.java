package io.packetfs.transfer;

import io.packetfs.endpoint.DeliveredGram;
import io.packetfs.transfer.OpenEndedReports.Amounts;
import io.packetfs.transfer.record.FileDigest;
import io.packetfs.transfer.record.OfferKind;
import io.packetfs.transfer.record.TransferRecord.StreamDone;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.zip.CRC32C;

/**
 * The receiver of a stream (spec: STR). The disk thread writes; a gram's flow credit goes back when its bytes were written, so what waits
 * here is bounded by the credit window.
 */
public final class StreamReceiveSession extends OpenEndedReceiveSession<StreamDone> {
    private final OutputStream output;
    private final String name;
    private final CRC32C crc = new CRC32C();
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
        super(OfferKind.STREAM, StreamDone.class, admission, workers, clockNs, stallTimeoutNs);
        this.output = output;
        this.name = name;
    }

    @Override
    String unwanted() {
        return "files were offered where a stream is expected; receive them without -o";
    }

    @Override
    void onData(DeliveredGram gram) {
        // spec: LNS-6
        if (!isTaking() || gram.lane() != Lanes.STREAM || !gram.isStaged()) {
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
    boolean isReceiving() {
        // A stream may pause for as long as its writer does; a sender that is gone shows in the connection.
        return false;
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

    @Override
    boolean isWhole(StreamDone said) {
        return writtenBytes >= said.bytes();
    }

    @Override
    boolean isSame(StreamDone said) {
        return writtenBytes == said.bytes() && (int) crc.getValue() == said.crc32c();
    }

    @Override
    long bytes() {
        return writtenBytes;
    }

    @Override
    void onEnd(Failure cause) {
        String digest = FileDigest.ofCrc32c((int) crc.getValue()).text();
        complete(OpenEndedReports.of(
                this,
                cause,
                new Amounts(writtenBytes, 0, receivedGrams, 0),
                OpenEndedReports.thing(name, writtenBytes, digest, cause)));
    }
}
