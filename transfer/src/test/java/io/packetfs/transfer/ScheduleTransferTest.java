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
import java.util.ArrayList;
import java.util.List;
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

    private final List<ProgramAnswer> answers = new ArrayList<>();
    private String program = "";

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

    private TransferReport send(TwoSides sides, CommonBlob blob, DescriptorFeed feed, int mode) {
        sides.start(new ScheduleSendSession(
                blob.source(),
                feed,
                mode,
                "scatter",
                program,
                answers::add,
                sides.senderWorkers,
                sides.network::nowNs,
                TwoSides.STALL_TIMEOUT_NS));
        return sides.run();
    }

    private static void receive(TwoSides sides) {
        receive(sides, ProgramRunner.NONE);
    }

    private static void receive(TwoSides sides, ProgramRunner runner) {
        sides.receiveAt(new ReceiveDesk(
                admission -> new ScheduleReceiveSession(
                        "schedule",
                        runner,
                        admission,
                        sides.receiverWorkers,
                        sides.network::nowNs,
                        TwoSides.STALL_TIMEOUT_NS),
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
    void eachProgramIsAnsweredOnce() {
        CommonBlob blob = blob(7, 1);
        TwoSides sides = new TwoSides(3, LOSSY, blob, blob);
        List<Long> ran = new ArrayList<>();
        receive(sides, (text, descriptors) -> {
            ran.add(descriptors.totalBytes());
            return ran.size() % 5 == 0
                    ? ProgramAnswer.refused("no " + text)
                    : ProgramAnswer.done(text + " over " + descriptors.totalBytes());
        });
        program = "sum";

        TransferReport sent = send(sides, blob, scattered(), GramHeader.MODE_OFFSET);

        assertThat(sent.status()).isEqualTo(TransferStatus.OK);
        assertThat(answers).hasSize((DESCRIPTORS + 1_023) / 1_024).hasSameSizeAs(ran);
        assertThat(answers)
                .filteredOn(answer -> !answer.done())
                .hasSize(ran.size() / 5)
                .allSatisfy(answer -> assertThat(answer.text()).isEqualTo("no sum"));
        assertThat(ran.stream().mapToLong(Long::longValue).sum()).isEqualTo(sent.bytes());
        assertThat(answers)
                .filteredOn(ProgramAnswer::done)
                .allSatisfy(answer -> assertThat(answer.text()).startsWith("sum over "));
    }

    @Test
    void aReceiverRunsNoProgramUnlessItWasToldTo() {
        CommonBlob blob = blob(7, 1);
        TwoSides sides = new TwoSides(3, LOSSY, blob, blob);
        receive(sides);
        program = "sum";

        TransferReport sent = send(sides, blob, scattered(), GramHeader.MODE_ARITHMETIC);

        assertThat(sent.status()).isEqualTo(TransferStatus.OK);
        assertThat(answers).isNotEmpty().noneMatch(ProgramAnswer::done);
        assertThat(answers.getFirst().text()).contains("runs no programs");
    }

    @Test
    void whatIsNoAnswerIsNotReadAsOne() {
        byte[] slab = ProgramAnswer.done("12 bytes\u00e4").encode(5);
        assertThat(ProgramAnswer.decode(slab, slab.length).answer()).isEqualTo(ProgramAnswer.done("12 bytes\u00e4"));
        assertThat(ProgramAnswer.decode(slab, slab.length - 1)).isNull();
        assertThat(ProgramAnswer.decode(new byte[15], 15)).isNull();
        assertThat(ProgramAnswer.decode(new byte[2_000], 2_000)).isNull();
        for (int at : new int[] {8, 9, 12}) {
            byte[] damaged = slab.clone();
            damaged[at] = 7;
            assertThat(ProgramAnswer.decode(damaged, damaged.length)).isNull();
        }
        byte[] tooLong = ProgramAnswer.refused("\u00e4".repeat(700)).encode(5);
        assertThat(ProgramAnswer.decode(tooLong, tooLong.length).answer().text())
                .hasSize(512);
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
                program,
                answers::add,
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
