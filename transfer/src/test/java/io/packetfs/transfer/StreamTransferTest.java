package io.packetfs.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.sim.LinkSettings;
import io.packetfs.transfer.manifest.SourceTree;
import io.packetfs.transfer.record.Outcome;
import io.packetfs.transfer.record.ResultCode;
import io.packetfs.transfer.record.TransferRecord.Accept;
import io.packetfs.transfer.record.TransferRecord.Result;
import io.packetfs.transfer.record.VerifyKind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamTransferTest {
    @TempDir
    private Path folder;

    @Test
    void bringsEveryByteInOrderOverALossyLink() {
        byte[] content = content(3_000_000);
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        LinkSettings link =
                LinkSettings.builder().delayMs(10).lossProbability(0.05).build();
        TwoSides sides = new TwoSides(11, link);

        TransferReport sent = stream(sides, new ByteArrayInputStream(content), output);

        assertThat(sent.failure()).isNull();
        assertThat(output.toByteArray()).isEqualTo(content);
        assertThat(sent.bytes()).isEqualTo(3_000_000);
        assertThat(sides.received.getFirst().bytes()).isEqualTo(3_000_000);
        assertThat(sides.received.getFirst().files().getFirst().digest())
                .isEqualTo(sent.files().getFirst().digest());
    }

    /** The result may come before the last acknowledgements do. */
    @Test
    void aSenderKnowsOfEveryByteThatTheResultTellsOf() {
        for (int seed = 0; seed < 30; seed++) {
            TwoSides sides =
                    new TwoSides(seed, LinkSettings.builder().delayMs(5).build());
            LinkSettings lossy =
                    LinkSettings.builder().delayMs(5).lossProbability(0.4).build();
            sides.receiverPort.linkTo(sides.senderPort).settings(lossy);

            TransferReport sent =
                    stream(sides, new ByteArrayInputStream(content(300_000)), new ByteArrayOutputStream());

            assertThat(sent.failure()).as("seed %d", seed).isNull();
            assertThat(sent.bytes()).as("seed %d", seed).isEqualTo(300_000);
        }
    }

    @Test
    void anEmptyStreamIsAStream() {
        ByteArrayOutputStream output = new ByteArrayOutputStream();

        TransferReport sent = stream(TwoSides.overCleanLink(), InputStream.nullInputStream(), output);

        assertThat(sent.failure()).isNull();
        assertThat(output.size()).isZero();
    }

    @Test
    void tellsBothSidesWhenTheOutputFails() {
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        TwoSides sides = TwoSides.overCleanLink();

        TransferReport sent = stream(sides, new ByteArrayInputStream(content(2_000_000)), broken);

        assertThat(sent.failure().kind()).isEqualTo(FailureKind.LOCAL_IO);
        assertThat(sent.failure().message()).contains("Broken pipe").contains("receiver");
        assertThat(sides.received.getFirst().failure().message()).contains("Broken pipe");
    }

    @Test
    void tellsBothSidesWhenTheInputFails() {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("Input/output error");
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                return read();
            }
        };
        TwoSides sides = TwoSides.overCleanLink();

        TransferReport sent = stream(sides, broken, new ByteArrayOutputStream());

        assertThat(sent.failure().kind()).isEqualTo(FailureKind.LOCAL_IO);
        assertThat(sides.received.getFirst().failure().message()).contains("Input/output error");
    }

    @Test
    void aReceiverOfFilesTakesNoStream() throws TransferException {
        TwoSides sides = TwoSides.overCleanLink();
        sides.receiveInto(ReceiveFolder.open(folder, OnExists.RENAME, VerifyKind.CRC32C));
        sides.start(new StreamSendSession(
                InputStream.nullInputStream(), "stdin", sides.senderWorkers, sides.network::nowNs, 1_000_000_000L));

        TransferReport sent = sides.run();

        assertThat(sent.failure().kind()).isEqualTo(FailureKind.REFUSED);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aReceiverOfAStreamTakesNoFiles() throws IOException {
        TwoSides sides = TwoSides.overCleanLink();
        receiveStream(sides, new ByteArrayOutputStream());
        SourceTree tree = Folders.scan(Folders.file(folder.resolve("file"), 10, 1));
        sides.start(new FileSendSession(
                tree, VerifyKind.CRC32C, sides.senderWorkers, sides.network::nowNs, TwoSides.STALL_TIMEOUT_NS));

        TransferReport sent = sides.run();

        assertThat(sent.failure().kind()).isEqualTo(FailureKind.REFUSED);
    }

    // spec: STR-3
    @Test
    void aResultBeforeTheStreamHasEndedIsNotBelieved() {
        TwoSides sides = TwoSides.overCleanLink();
        Puppet receiver = new Puppet();
        sides.receiveAt(receiver);
        StreamSendSession sender = sides.start(new StreamSendSession(
                new ByteArrayInputStream(content(10)),
                "stdin",
                sides.senderWorkers,
                sides.network::nowNs,
                TwoSides.STALL_TIMEOUT_NS));
        sides.runUntil(() -> !receiver.heard.isEmpty(), TwoSides.SECOND, now -> {});

        receiver.say(new Accept(0, 0, false));
        receiver.say(new Result(Outcome.OK, ResultCode.NONE, 1, 0, 0, 10, 1, ""));
        sides.runUntil(() -> receiver.closeReason >= 0, 2 * TwoSides.SECOND, now -> {});

        assertThat(receiver.closeReason).isEqualTo(CloseReasons.TRANSFER_VIOLATION);
        assertThat(sender.report().join().status()).isEqualTo(TransferStatus.FAILED);
    }

    private static TransferReport stream(TwoSides sides, InputStream input, OutputStream output) {
        receiveStream(sides, output);
        sides.start(new StreamSendSession(
                input, "stdin", sides.senderWorkers, sides.network::nowNs, TwoSides.STALL_TIMEOUT_NS));
        return sides.run();
    }

    private static void receiveStream(TwoSides sides, OutputStream output) {
        sides.receiveAt(new ReceiveDesk(
                admission -> new StreamReceiveSession(
                        output,
                        "stdout",
                        admission,
                        sides.receiverWorkers,
                        sides.network::nowNs,
                        TwoSides.STALL_TIMEOUT_NS),
                sides.received::add));
    }

    private static byte[] content(int bytes) {
        byte[] content = new byte[bytes];
        new SplittableRandom(1).nextBytes(content);
        return content;
    }
}
