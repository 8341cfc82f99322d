package io.packetfs.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.blob.HeapBlob;
import io.packetfs.endpoint.CommonBlob;
import io.packetfs.protocol.GramHeader;
import io.packetfs.sim.LinkSettings;
import io.packetfs.transfer.manifest.SourceTree;
import io.packetfs.transfer.record.VerifyKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTransferTest {
    private static final int BLOB_BYTES = 1 << 20;
    private static final int DESCRIPTORS = 30_000;
    private static final LinkSettings LOSSY =
            LinkSettings.builder().delayMs(5).lossProbability(0.05).build();

    @TempDir
    private Path folder;

    private static CommonBlob blob(long identity, long seed) {
        byte[] bytes = new byte[BLOB_BYTES];
        new SplittableRandom(seed).nextBytes(bytes);
        return new CommonBlob(identity, new HeapBlob(bytes));
    }

    private static DescriptorFeed scattered() {
        SplittableRandom random = new SplittableRandom(5);
        int[] given = {0};
        return (list, countMax) -> {
            while (list.count() < countMax && given[0]++ < DESCRIPTORS) {
                int length = random.nextInt(1, 500);
                list.add(random.nextInt(BLOB_BYTES - length), length);
            }
        };
    }

    private static TransferReport send(TwoSides sides, CommonBlob blob, DescriptorFeed feed, int mode) {
        sides.start(new ScheduleSendSession(
                blob.source(),
                feed,
                mode,
                "scatter",
                sides.senderWorkers,
                sides.network::nowNs,
                TwoSides.STALL_TIMEOUT_NS));
        return sides.run();
    }

    private static void receive(TwoSides sides) {
        sides.receiveAt(new ReceiveDesk(
                admission -> new ScheduleReceiveSession(
                        "schedule", admission, sides.receiverWorkers, sides.network::nowNs, TwoSides.STALL_TIMEOUT_NS),
                sides.received::add));
    }

    @ParameterizedTest
    @ValueSource(ints = {GramHeader.MODE_OFFSET, GramHeader.MODE_ARITHMETIC})
    void bothSidesAgreeOnWhatWasNamedWhateverGetsLost(int mode) {
        CommonBlob blob = blob(7, 1);
        TwoSides sides = new TwoSides(3, LOSSY, blob, blob);
        receive(sides);

        TransferReport sent = send(sides, blob, scattered(), mode);

        TransferReport received = sides.received.getFirst();
        assertThat(sent.status()).isEqualTo(TransferStatus.OK);
        assertThat(received.status()).isEqualTo(TransferStatus.OK);
        assertThat(received.descriptorCount()).isEqualTo(DESCRIPTORS).isEqualTo(sent.descriptorCount());
        assertThat(received.bytes()).isEqualTo(sent.bytes()).isGreaterThan(7L * BLOB_BYTES);
        assertThat(received.files().getFirst().digest())
                .startsWith("crc32c-sum:")
                .isEqualTo(sent.files().getFirst().digest());
    }

    @Test
    void anEmptyScheduleIsOne() {
        CommonBlob blob = blob(7, 1);
        TwoSides sides = new TwoSides(3, LOSSY, blob, blob);
        receive(sides);

        TransferReport sent = send(sides, blob, (list, countMax) -> {}, GramHeader.MODE_OFFSET);

        assertThat(sent.status()).isEqualTo(TransferStatus.OK);
        assertThat(sides.received.getFirst().descriptorCount()).isZero();
    }

    @Test
    void otherBytesUnderTheSameIdentityAreAnIntegrityFailureOfBothSides() {
        CommonBlob blob = blob(7, 1);
        TwoSides sides = new TwoSides(3, LOSSY, blob, blob(7, 2));
        receive(sides);

        TransferReport sent = send(sides, blob, scattered(), GramHeader.MODE_OFFSET);

        assertThat(sent.failure().kind()).isEqualTo(FailureKind.INTEGRITY);
        assertThat(sides.received.getFirst().failure().kind()).isEqualTo(FailureKind.INTEGRITY);
    }

    @Test
    void anotherBlobIsRefusedBeforeAnythingIsOffered() {
        CommonBlob blob = blob(7, 1);
        TwoSides sides = new TwoSides(3, LOSSY, blob, blob(8, 1));
        receive(sides);
        ScheduleSendSession sending = sides.start(new ScheduleSendSession(
                blob.source(),
                scattered(),
                GramHeader.MODE_OFFSET,
                "scatter",
                sides.senderWorkers,
                sides.network::nowNs,
                TwoSides.STALL_TIMEOUT_NS));

        assertThat(sides.runUntil(() -> sending.report().isDone(), 20 * TwoSides.SECOND, now -> {}))
                .isTrue();

        Failure failure = sending.report().join().failure();
        assertThat(failure.kind()).isEqualTo(FailureKind.REFUSED);
        assertThat(failure.message()).contains("different blobs");
        assertThat(sides.received).isEmpty();
    }

    @Test
    void aReceiverOfFilesTakesNoScheduleAndTheReverse() throws IOException, TransferException {
        CommonBlob blob = blob(7, 1);
        TwoSides files = new TwoSides(3, LOSSY, blob, blob);
        files.receiveInto(ReceiveFolder.open(folder, OnExists.RENAME, VerifyKind.CRC32C));
        assertThat(send(files, blob, scattered(), GramHeader.MODE_OFFSET)
                        .failure()
                        .kind())
                .isEqualTo(FailureKind.REFUSED);

        TwoSides schedules = new TwoSides(3, LOSSY, blob, blob);
        receive(schedules);
        SourceTree tree = Folders.scan(Folders.file(folder.resolve("file"), 10, 1));
        schedules.start(new FileSendSession(
                tree, VerifyKind.CRC32C, schedules.senderWorkers, schedules.network::nowNs, TwoSides.STALL_TIMEOUT_NS));
        assertThat(schedules.run().failure().kind()).isEqualTo(FailureKind.REFUSED);

        TwoSides streams = new TwoSides(3, LOSSY, blob, blob);
        receive(streams);
        streams.start(new StreamSendSession(
                InputStream.nullInputStream(), "stdin", streams.senderWorkers, streams.network::nowNs, 1_000_000_000L));
        assertThat(streams.run().failure().kind()).isEqualTo(FailureKind.REFUSED);
    }
}
