package io.packetfs.interop.transfers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.packetfs.interop.transfers.Crossing.Outcome;
import io.packetfs.transfer.FailureKind;
import io.packetfs.transfer.FileReport;
import io.packetfs.transfer.FileReport.FileStatus;
import io.packetfs.transfer.OnExists;
import io.packetfs.transfer.TransferReport;
import io.packetfs.transfer.TransferStatus;
import io.packetfs.transfer.record.VerifyKind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * How transfers behave whatever carries them and whatever the path does. A class for each carrier says how a crossing is made and what
 * troubles its paths know; what is asserted is the same for all.
 */
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
abstract class TransferSuite {
    /** Long enough that a busy machine is never taken for a lost peer. */
    private static final int PATIENT_MS = 20_000;

    /** For tests that wait until somebody gives up. */
    private static final int HASTY_MS = 1_200;

    private static final long MS = 1_000_000;
    private static final long MIB = 1 << 20;

    /** More than a path and its buffers take in, so that it is still under way when it is stopped. */
    private static final int LONG_BYTES = 16 << 20;

    @TempDir
    private Path folder;

    private Path source;
    private Path target;

    /** A new pair of sides with a clean path, whose connections give up after so long without a word. */
    abstract Crossing open(int timeoutMs) throws Exception;

    /** What transfers of this carrier get over. */
    abstract Set<Trouble> troubles();

    /** The worst of them. */
    abstract Trouble worst();

    @BeforeEach
    void makeFolders() throws IOException {
        source = Files.createDirectory(folder.resolve("source"));
        target = Files.createDirectory(folder.resolve("target"));
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void bringsATreeWithNamesTimesAndExecutableBits(Trouble trouble) throws Exception {
        Path tree = Samples.tree(source.resolve("tree"));
        try (Crossing crossing = open(PATIENT_MS)) {
            crossing.set(trouble);
            crossing.receiveInto(target, OnExists.RENAME, VerifyKind.SHA256);
            crossing.sendFiles(Samples.scan(tree), VerifyKind.SHA256);

            Outcome outcome = crossing.outcome();

            assertAgreement(outcome);
            assertThat(Samples.describe(target.resolve("tree"))).isEqualTo(Samples.describe(tree));
            assertThat(Samples.names(target)).containsExactly("tree");
            assertThat(outcome.received().files())
                    .allSatisfy(file -> assertThat(file.digest()).startsWith("sha256:"));
            if (Trouble.OF_DATAGRAMS.contains(trouble) && troubles().contains(Trouble.LOSS)) {
                assertThat(crossing.count(trouble.sign()))
                        .as("%s", trouble.sign())
                        .isPositive();
            }
        }
    }

    @Test
    void bringsFilesOfEverySizeAroundWhatTravelsTogether() throws Exception {
        // Around a datagram, a grain, a block of a file, a gram.
        for (int around : List.of(0, 1_150, 1_200, 1_472, 4_096, 65_536, 262_144, 1 << 20)) {
            for (int bytes = Math.max(0, around - 1); bytes <= around + 1; bytes++) {
                Samples.file(source.resolve("sizes/" + bytes), bytes, bytes);
            }
        }
        try (Crossing crossing = open(PATIENT_MS)) {
            crossing.set(worst());
            crossing.receiveInto(target, OnExists.RENAME, VerifyKind.CRC32C);
            crossing.sendFiles(Samples.scan(source.resolve("sizes")), VerifyKind.CRC32C);

            assertAgreement(crossing.outcome());
        }
        assertThat(Samples.describe(target.resolve("sizes"))).isEqualTo(Samples.describe(source.resolve("sizes")));
    }

    @Test
    void bringsManySmallFiles() throws Exception {
        for (int i = 0; i < 300; i++) {
            Samples.file(source.resolve("many/" + i % 7 + "/" + i), i * 11, i);
        }
        try (Crossing crossing = open(PATIENT_MS)) {
            crossing.set(worst());
            crossing.receiveInto(target, OnExists.RENAME, VerifyKind.CRC32C);
            crossing.sendFiles(Samples.scan(source.resolve("many")), VerifyKind.CRC32C);

            Outcome outcome = crossing.outcome();

            assertAgreement(outcome);
            assertThat(outcome.sent().files()).hasSize(300);
        }
        assertThat(Samples.describe(target.resolve("many"))).isEqualTo(Samples.describe(source.resolve("many")));
    }

    @Test
    void bringsAStreamInOrderHoweverItIsWritten() throws Exception {
        byte[] content = Samples.bytes(1_500_000, 1);
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        try (Crossing crossing = open(PATIENT_MS)) {
            crossing.set(worst());
            crossing.receiveStream(output);
            crossing.sendStream(new Pieces(content, 5));

            Outcome outcome = crossing.outcome();

            assertAgreement(outcome);
            assertThat(outcome.received().bytes()).isEqualTo(content.length);
        }
        assertThat(output.toByteArray()).isEqualTo(content);
    }

    @Test
    void anEmptyStreamAndAnEmptyFolderArrive() throws Exception {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        try (Crossing crossing = open(PATIENT_MS)) {
            crossing.set(worst());
            crossing.receiveStream(output);
            crossing.sendStream(InputStream.nullInputStream());
            assertAgreement(crossing.outcome());

            crossing.receiveInto(target, OnExists.RENAME, VerifyKind.CRC32C);
            crossing.sendFiles(Samples.scan(Files.createDirectory(source.resolve("empty"))), VerifyKind.CRC32C);
            assertAgreement(crossing.outcome());
        }
        assertThat(output.size()).isZero();
        assertThat(target.resolve("empty")).isEmptyDirectory();
    }

    @Test
    void oneReceiverServesOneTransferAfterAnother() throws Exception {
        Path file = Samples.file(source.resolve("data"), 100_000, 1);
        try (Crossing crossing = open(PATIENT_MS)) {
            crossing.set(worst());
            crossing.receiveInto(target, OnExists.RENAME, VerifyKind.CRC32C);
            for (int i = 0; i < 5; i++) {
                crossing.sendFiles(Samples.scan(file), VerifyKind.CRC32C);
                assertAgreement(crossing.outcome());
            }
        }
        assertThat(Samples.names(target)).containsExactly("data", "data (1)", "data (2)", "data (3)", "data (4)");
        assertThat(target.resolve("data (4)")).hasSameBinaryContentAs(file);
    }

    @Test
    void getsOverTroublesThatChangeWhileItMoves() throws Exception {
        Path file = Samples.file(source.resolve("data"), 4_000_000, 1);
        List<Trouble> all = troubles().stream().sorted().toList();
        try (Crossing crossing = open(PATIENT_MS)) {
            crossing.set(Trouble.SLOW);
            crossing.receiveInto(target, OnExists.RENAME, VerifyKind.CRC32C);
            crossing.sendFiles(Samples.scan(file), VerifyKind.CRC32C);
            for (Trouble trouble : all) {
                crossing.set(trouble);
                crossing.pass(30 * MS);
            }

            assertAgreement(crossing.outcome());
        }
        assertThat(target.resolve("data")).hasSameBinaryContentAs(file);
    }

    @Test
    void outlastsAPathThatGoesDarkForAMoment() throws Exception {
        Path file = Samples.file(source.resolve("data"), 2_500_000, 1);
        try (Crossing crossing = open(PATIENT_MS)) {
            crossing.set(Trouble.SLOW);
            crossing.receiveInto(target, OnExists.RENAME, VerifyKind.CRC32C);
            crossing.sendFiles(Samples.scan(file), VerifyKind.CRC32C);
            crossing.awaitBytes(MIB);
            crossing.pause();
            crossing.pass(300 * MS);
            crossing.set(worst());

            assertAgreement(crossing.outcome());
        }
        assertThat(target.resolve("data")).hasSameBinaryContentAs(file);
    }

    @Test
    void goesOnAfterACutWhereItEnded() throws Exception {
        Path file = Samples.file(source.resolve("data"), 5_000_000, 1);
        try (Crossing crossing = open(HASTY_MS)) {
            crossing.set(Trouble.SLOW);
            crossing.receiveInto(target, OnExists.RESUME, VerifyKind.CRC32C);
            crossing.sendFiles(Samples.scan(file), VerifyKind.CRC32C);
            crossing.awaitBytes(MIB);
            crossing.set(Trouble.CUT);

            Outcome cut = crossing.outcome();

            assertFailed(cut.sent(), FailureKind.PEER_LOST);
            assertFailed(cut.received(), FailureKind.PEER_LOST);
            assertThat(cut.received().failure().resumable()).isTrue();
            assertThat(target.resolve("data")).doesNotExist();
        }
        try (Crossing crossing = open(PATIENT_MS)) {
            crossing.set(worst());
            crossing.receiveInto(target, OnExists.RESUME, VerifyKind.CRC32C);
            crossing.sendFiles(Samples.scan(file), VerifyKind.CRC32C);

            Outcome outcome = crossing.outcome();

            assertAgreement(outcome);
            assertThat(outcome.sent().resumedBytes())
                    .isBetween(MIB, 4_999_999L)
                    .isEqualTo(outcome.received().resumedBytes());
        }
        assertThat(target.resolve("data")).hasSameBinaryContentAs(file);
        assertThat(Samples.names(target)).containsExactly("data");
    }

    @Test
    void aSenderThatIsStoppedIsToldToTheReceiverAndLeavesNothing() throws Exception {
        Path file = Samples.file(source.resolve("data"), LONG_BYTES, 1);
        try (Crossing crossing = open(PATIENT_MS)) {
            crossing.set(Trouble.SLOW);
            crossing.receiveInto(target, OnExists.RENAME, VerifyKind.CRC32C);
            crossing.sendFiles(Samples.scan(file), VerifyKind.CRC32C);
            crossing.awaitBytes(MIB);
            crossing.cancelSending("stopped");

            Outcome outcome = crossing.outcome();

            assertThat(outcome.sent().status()).isEqualTo(TransferStatus.INTERRUPTED);
            assertFailed(outcome.received(), FailureKind.PEER_LOST);
        }
        assertThat(target).isEmptyDirectory();
    }

    @Test
    void aReceiverThatIsStoppedIsToldToTheSenderAndLeavesNothing() throws Exception {
        Path file = Samples.file(source.resolve("data"), LONG_BYTES, 1);
        try (Crossing crossing = open(PATIENT_MS)) {
            crossing.set(Trouble.SLOW);
            crossing.receiveInto(target, OnExists.RENAME, VerifyKind.CRC32C);
            crossing.sendFiles(Samples.scan(file), VerifyKind.CRC32C);
            crossing.awaitBytes(MIB);
            crossing.cancelReceiving("stopped");

            Outcome outcome = crossing.outcome();

            assertThat(outcome.received().status()).isEqualTo(TransferStatus.INTERRUPTED);
            assertFailed(outcome.sent(), FailureKind.PEER_LOST);
        }
        assertThat(target).isEmptyDirectory();
    }

    @Test
    void aReceiverSaysNoAndBothTellWhy() throws Exception {
        Path file = Samples.file(source.resolve("thing"), 100, 1);
        Samples.file(target.resolve("thing/inside"), 10, 2);
        try (Crossing crossing = open(PATIENT_MS)) {
            crossing.set(worst());
            crossing.receiveInto(target, OnExists.OVERWRITE, VerifyKind.CRC32C);
            crossing.sendFiles(Samples.scan(file), VerifyKind.CRC32C);
            assertRefused(crossing.outcome());

            crossing.sendStream(new ByteArrayInputStream(new byte[100]));
            assertRefused(crossing.outcome());

            ByteArrayOutputStream output = new ByteArrayOutputStream();
            crossing.receiveStream(output);
            crossing.sendFiles(Samples.scan(file), VerifyKind.CRC32C);
            assertRefused(crossing.outcome());
            assertThat(output.size()).isZero();
        }
        assertThat(target.resolve("thing/inside")).hasSize(10);
    }

    @Test
    void aReceiverKeepsSilentToWhoeverHasNotItsTicket() throws Exception {
        Path file = Samples.file(source.resolve("data"), 100, 1);
        try (Crossing crossing = open(HASTY_MS)) {
            crossing.receiveInto(target, OnExists.RENAME, VerifyKind.CRC32C);
            SplittableRandom other = new SplittableRandom(99);
            crossing.sendWithAnotherTicket(Samples.scan(file), other::nextBytes);

            TransferReport sent = crossing.sentAlone();

            assertFailed(sent, FailureKind.CANNOT_CONNECT);
            assertThat(crossing.hasReceivedReports()).isFalse();
        }
        assertThat(target).isEmptyDirectory();
    }

    @Test
    void anOutputThatFailsAndASourceThatIsGoneAreToldToBoth() throws Exception {
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        Path file = Samples.file(source.resolve("data"), 1_000, 1);
        try (Crossing crossing = open(PATIENT_MS)) {
            crossing.set(worst());
            crossing.receiveStream(broken);
            crossing.sendStream(new ByteArrayInputStream(Samples.bytes(500_000, 1)));
            Outcome noOutput = crossing.outcome();
            assertFailed(noOutput.sent(), FailureKind.LOCAL_IO);
            assertThat(noOutput.sent().failure().message()).contains("receiver").contains("Broken pipe");
            assertThat(noOutput.received().failure().message()).contains("Broken pipe");

            crossing.receiveInto(target, OnExists.RENAME, VerifyKind.CRC32C);
            var tree = Samples.scan(file);
            Files.delete(file);
            crossing.sendFiles(tree, VerifyKind.CRC32C);
            Outcome noSource = crossing.outcome();
            assertFailed(noSource.sent(), FailureKind.LOCAL_IO);
            assertThat(noSource.sent().failure().message()).contains(file.toString());
            assertThat(noSource.received().failure()).isNotNull();
        }
        assertThat(target).isEmptyDirectory();
    }

    @Test
    void keepsWhatIsThereAndMovesOnlyTheRest() throws Exception {
        Path tree = Samples.tree(source.resolve("tree"));
        Samples.file(target.resolve("tree/large.bin"), 10, 2);
        try (Crossing crossing = open(PATIENT_MS)) {
            crossing.set(worst());
            crossing.receiveInto(target, OnExists.SKIP, VerifyKind.CRC32C);
            crossing.sendFiles(Samples.scan(tree), VerifyKind.CRC32C);

            Outcome outcome = crossing.outcome();

            assertAgreement(outcome);
            assertThat(outcome.sent().bytes()).isEqualTo(70_021);
            assertThat(outcome.sent().files())
                    .filteredOn(file -> file.status() == FileStatus.SKIPPED)
                    .extracting(FileReport::path)
                    .containsExactly("tree/large.bin");
        }
        assertThat(target.resolve("tree/large.bin")).hasSize(10);
    }

    /** Both say that all went well, and the same of every file. */
    private static void assertAgreement(Outcome outcome) {
        assertThat(outcome.sent().failure()).isNull();
        assertThat(outcome.received().failure()).isNull();
        assertThat(outcome.received().bytes()).isEqualTo(outcome.sent().bytes());
        assertThat(outcome.received().files())
                .extracting(FileReport::bytes, FileReport::digest)
                .isEqualTo(outcome.sent().files().stream()
                        .map(file -> tuple(file.bytes(), file.digest()))
                        .toList());
    }

    private static void assertFailed(TransferReport report, FailureKind kind) {
        assertThat(report.failure()).isNotNull();
        assertThat(report.failure().kind()).as(report.failure().message()).isEqualTo(kind);
    }

    private static void assertRefused(Outcome outcome) {
        assertFailed(outcome.sent(), FailureKind.REFUSED);
        assertFailed(outcome.received(), FailureKind.REFUSED);
    }

    /** A stream that gives as much at a time as it likes. */
    private static final class Pieces extends ByteArrayInputStream {
        private final SplittableRandom random;

        Pieces(byte[] content, long seed) {
            super(content);
            random = new SplittableRandom(seed);
        }

        @Override
        public synchronized int read(byte[] target, int offset, int length) {
            return super.read(target, offset, Math.min(length, 1 << random.nextInt(17)));
        }
    }
}
