package io.packetfs.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.sim.Blackout;
import io.packetfs.sim.LinkSettings;
import io.packetfs.sim.Reordering;
import io.packetfs.transfer.FileReport.FileStatus;
import io.packetfs.transfer.manifest.SourceTree;
import io.packetfs.transfer.record.VerifyKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTransferTest {
    private static final LinkSettings SLOW =
            LinkSettings.builder().delayMs(20).rateMegabitsPerSecond(20).build();

    @TempDir
    private Path folder;

    private Path source;
    private Path target;

    @BeforeEach
    void makeFolders() throws IOException {
        source = Files.createDirectory(folder.resolve("source"));
        target = Files.createDirectory(folder.resolve("target"));
    }

    @Test
    void copiesATreeWithNamesTimesAndExecutableBits() throws Exception {
        Path tree = Folders.tree(source.resolve("tree"));

        TransferReport sent = transfer(TwoSides.overCleanLink(), OnExists.RENAME, VerifyKind.CRC32C, tree);

        assertThat(sent.status()).isEqualTo(TransferStatus.OK);
        assertThat(Folders.describe(target.resolve("tree"))).isEqualTo(Folders.describe(tree));
        assertThat(names(target)).containsExactly("tree");
    }

    @Test
    void copiesOverALossyReorderingLink() throws Exception {
        Path tree = Folders.tree(source.resolve("tree"));
        LinkSettings link = LinkSettings.builder()
                .delayMs(10)
                .rateMegabitsPerSecond(200)
                .lossProbability(0.05)
                .reordering(new Reordering(0.05, 0, 5 * TwoSides.MS))
                .duplicateProbability(0.01)
                .build();

        TransferReport sent = transfer(new TwoSides(7, link), OnExists.RENAME, VerifyKind.SHA256, tree);

        assertThat(sent.failure()).isNull();
        assertThat(Folders.describe(target.resolve("tree"))).isEqualTo(Folders.describe(tree));
        assertThat(sent.files()).allSatisfy(file -> assertThat(file.digest()).startsWith("sha256:"));
    }

    @Test
    void bothSidesReportTheSameDigestsAndBytes() throws Exception {
        Path file = Folders.file(source.resolve("data"), 2_500_000, 5);
        TwoSides sides = TwoSides.overCleanLink();

        TransferReport sent = transfer(sides, OnExists.RENAME, VerifyKind.CRC32C, file);
        TransferReport received = sides.received.getFirst();

        assertThat(received.files()).isEqualTo(sent.files());
        assertThat(received.bytes()).isEqualTo(2_500_000).isEqualTo(sent.bytes());
        assertThat(received.gramCount()).isEqualTo(3).isEqualTo(sent.gramCount());
        assertThat(received.descriptorCount()).isEqualTo(10).isEqualTo(sent.descriptorCount());
        assertThat(received.peer()).isEqualTo(sides.senderPort.localAddress());
        // The receiver's clock stops with its last word, not when the sender has left.
        assertThat(received.durationNs()).isPositive().isLessThan(sent.durationNs());
    }

    @Test
    void sendsNothingAtAllAndSucceeds() throws Exception {
        Path empty = Files.createDirectory(source.resolve("empty"));

        TransferReport sent = transfer(TwoSides.overCleanLink(), OnExists.RENAME, VerifyKind.CRC32C, empty);

        assertThat(sent.failure()).isNull();
        assertThat(target.resolve("empty")).isEmptyDirectory();
    }

    @Test
    void anEmptyFileIsMade() throws Exception {
        Path empty = Folders.file(source.resolve("empty"), 0, 1);

        TransferReport sent = transfer(TwoSides.overCleanLink(), OnExists.RENAME, VerifyKind.SHA256, empty);

        assertThat(sent.failure()).isNull();
        assertThat(target.resolve("empty")).isEmptyFile();
    }

    @Test
    void renamesWhenTheNameIsTaken() throws Exception {
        Path file = Folders.file(source.resolve("data.tar"), 1_000, 1);
        Folders.file(target.resolve("data.tar"), 10, 2);
        Folders.file(target.resolve("data (1).tar"), 11, 3);
        TwoSides sides = TwoSides.overCleanLink();

        transfer(sides, OnExists.RENAME, VerifyKind.CRC32C, file);

        assertThat(names(target)).containsExactly("data (1).tar", "data (2).tar", "data.tar");
        assertThat(target.resolve("data (2).tar")).hasSameBinaryContentAs(file);
        assertThat(target.resolve("data.tar")).hasSize(10);
        FileReport report = sides.received.getFirst().files().getFirst();
        assertThat(report.status()).isEqualTo(FileStatus.RENAMED);
        assertThat(report.path()).isEqualTo("data (2).tar");
    }

    @Test
    void renamesAWholeDirectory() throws Exception {
        Path tree = Folders.tree(source.resolve("tree"));
        Folders.file(target.resolve("tree/mine"), 10, 2);

        transfer(TwoSides.overCleanLink(), OnExists.RENAME, VerifyKind.CRC32C, tree);

        assertThat(Folders.describe(target.resolve("tree (1)"))).isEqualTo(Folders.describe(tree));
        assertThat(names(target.resolve("tree"))).containsExactly("mine");
    }

    @Test
    void skipsWhatIsThereAndMovesOnlyTheRest() throws Exception {
        Path tree = Folders.tree(source.resolve("tree"));
        Folders.file(target.resolve("tree/large.bin"), 10, 2);
        TwoSides sides = TwoSides.overCleanLink();

        TransferReport sent = transfer(sides, OnExists.SKIP, VerifyKind.CRC32C, tree);

        assertThat(sent.failure()).isNull();
        assertThat(sent.bytes()).isEqualTo(70_021);
        assertThat(target.resolve("tree/large.bin")).hasSize(10);
        assertThat(target.resolve("tree/bin/run.sh")).hasSameBinaryContentAs(tree.resolve("bin/run.sh"));
        assertThat(sent.files())
                .filteredOn(file -> file.status() == FileStatus.SKIPPED)
                .extracting(FileReport::path)
                .containsExactly("tree/large.bin");
        assertThat(names(target)).containsExactly("tree");
    }

    @Test
    void overwritesFilesAndKeepsOthers() throws Exception {
        Path tree = Folders.tree(source.resolve("tree"));
        Folders.file(target.resolve("tree/large.bin"), 10, 2);
        Folders.file(target.resolve("tree/mine"), 11, 3);

        TransferReport sent = transfer(TwoSides.overCleanLink(), OnExists.OVERWRITE, VerifyKind.CRC32C, tree);

        assertThat(sent.failure()).isNull();
        assertThat(target.resolve("tree/large.bin")).hasSameBinaryContentAs(tree.resolve("large.bin"));
        assertThat(target.resolve("tree/mine")).hasSize(11);
    }

    @Test
    void refusesToPutAFileInPlaceOfADirectory() throws Exception {
        Path file = Folders.file(source.resolve("thing"), 100, 1);
        Folders.file(target.resolve("thing/inside"), 10, 2);
        TwoSides sides = TwoSides.overCleanLink();

        TransferReport sent = transfer(sides, OnExists.OVERWRITE, VerifyKind.CRC32C, file);

        assertThat(sent.failure().kind()).isEqualTo(FailureKind.REFUSED);
        assertThat(sent.failure().message()).contains("thing");
        assertThat(sides.received.getFirst().failure().kind()).isEqualTo(FailureKind.REFUSED);
        assertThat(target.resolve("thing/inside")).hasSize(10);
    }

    @Test
    void neverWritesThroughALinkThatIsThere() throws Exception {
        Path tree = Files.createDirectory(source.resolve("tree"));
        Folders.file(tree.resolve("sub/data"), 1_000, 1);
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Files.createDirectory(target.resolve("tree"));
        Files.createSymbolicLink(target.resolve("tree/sub"), outside);

        TransferReport sent = transfer(TwoSides.overCleanLink(), OnExists.SKIP, VerifyKind.CRC32C, tree);

        assertThat(outside).isEmptyDirectory();
        assertThat(sent.files()).extracting(FileReport::status).containsOnly(FileStatus.SKIPPED);
    }

    @Test
    void tellsOfASourceThatChangesWhileItIsSent() throws Exception {
        Path file = Folders.file(source.resolve("data"), 4_000_000, 1);
        TwoSides sides = new TwoSides(
                        3,
                        LinkSettings.builder()
                                .delayMs(20)
                                .rateMegabitsPerSecond(20)
                                .build())
                .receiveInto(ReceiveFolder.open(target, OnExists.RENAME, VerifyKind.CRC32C));
        sides.start(new FileSendSession(
                Folders.scan(file),
                VerifyKind.CRC32C,
                sides.senderWorkers,
                sides.network::nowNs,
                TwoSides.STALL_TIMEOUT_NS));
        sides.runUntil(() -> false, TwoSides.SECOND / 2, now -> {});
        Files.write(file, new byte[1_000]);

        TransferReport sent = sides.run();

        assertThat(sent.failure().kind()).isEqualTo(FailureKind.LOCAL_IO);
        assertThat(sent.failure().message()).contains(file.toString());
        assertThat(names(target)).isEmpty();
    }

    @Test
    void tellsOfASourceThatVanishes() throws Exception {
        Path file = Folders.file(source.resolve("data"), 1_000, 1);
        SourceTree tree = Folders.scan(file);
        Files.delete(file);

        TransferReport sent = transfer(TwoSides.overCleanLink(), OnExists.RENAME, tree);

        assertThat(sent.failure().kind()).isEqualTo(FailureKind.LOCAL_IO);
        assertThat(sent.failure().message()).contains(file.toString());
        assertThat(names(target)).isEmpty();
    }

    @Test
    void leavesNoTraceWhenTheSenderIsInterrupted() throws Exception {
        Path file = Folders.file(source.resolve("data"), 4_000_000, 1);
        TwoSides sides = slowSides(OnExists.RENAME);
        FileSendSession session = start(sides, file);
        sides.runUntil(() -> session.progress().bytesDone() > 0, 60 * TwoSides.SECOND, now -> {});

        session.cancel("interrupted");
        TransferReport sent = sides.run();

        assertThat(sent.status()).isEqualTo(TransferStatus.INTERRUPTED);
        assertThat(sides.received.getFirst().failure().kind()).isEqualTo(FailureKind.PEER_LOST);
        assertThat(names(target)).isEmpty();
    }

    @Test
    void goesOnWhereAnEarlierAttemptEnded() throws Exception {
        Path tree = Folders.tree(source.resolve("tree"));
        TwoSides first = slowSides(OnExists.RESUME);
        FileSendSession session = start(first, tree);
        first.runUntil(() -> session.progress().bytesDone() > 1_500_000, 60 * TwoSides.SECOND, now -> {});
        session.cancel("interrupted");
        first.run();
        assertThat(first.received.getFirst().failure().resumable()).isTrue();
        assertThat(Files.exists(target.resolve("tree"))).isFalse();

        TwoSides second = slowSides(OnExists.RESUME);
        start(second, tree);
        TransferReport sent = second.run();

        assertThat(sent.failure()).isNull();
        assertThat(sent.resumedBytes()).isGreaterThanOrEqualTo(1_000_000);
        assertThat(second.received.getFirst().resumedBytes()).isEqualTo(sent.resumedBytes());
        assertThat(sent.stats().bytesSent()).isLessThan(3_000_000);
        assertThat(Folders.describe(target.resolve("tree"))).isEqualTo(Folders.describe(tree));
        assertThat(names(target)).containsExactly("tree");
    }

    @Test
    void sendsAgainWhatWasSpoiledSinceTheEarlierAttempt() throws Exception {
        Path file = Folders.file(source.resolve("data"), 6_000_000, 1);
        TwoSides first = slowSides(OnExists.RESUME);
        FileSendSession session = start(first, file);
        first.runUntil(() -> session.progress().bytesDone() > 1_500_000, 60 * TwoSides.SECOND, now -> {});
        session.cancel("interrupted");
        first.run();
        Path part = target.resolve(names(target).stream()
                .filter(name -> name.endsWith(".part"))
                .findFirst()
                .orElseThrow());
        byte[] bytes = Files.readAllBytes(part);
        bytes[100] ^= 1;
        Files.write(part, bytes);

        TwoSides second = slowSides(OnExists.RESUME);
        start(second, file);
        TransferReport sent = second.run();

        assertThat(sent.failure()).isNull();
        assertThat(sent.resumedBytes()).isBetween(1L, 2_500_000L);
        assertThat(target.resolve("data")).hasSameBinaryContentAs(file);
    }

    @Test
    void aReceiverTellsOfBytesBeforeTheirGramIsWhole() throws Exception {
        Path file = Folders.file(source.resolve("data"), 4_000_000, 1);
        ReceiveFolder into = ReceiveFolder.open(target, OnExists.RENAME, VerifyKind.CRC32C);
        List<ReceiveSession> receiving = new ArrayList<>();
        TwoSides sides = new TwoSides(3, SLOW);
        sides.receiveAt(new ReceiveDesk(
                admission -> {
                    receiving.add(new FileReceiveSession(
                            into, admission, sides.receiverWorkers, sides.network::nowNs, TwoSides.STALL_TIMEOUT_NS));
                    return receiving.getFirst();
                },
                sides.received::add));
        FileSendSession session = start(sides, file);
        List<Long> told = new ArrayList<>();

        sides.runUntil(
                () -> session.report().isDone() && !sides.received.isEmpty(),
                60 * TwoSides.SECOND,
                now -> receiving.forEach(
                        receiver -> told.add(receiver.progress().bytesDone())));

        assertThat(told).isSorted();
        assertThat(told.stream().distinct().count()).isGreaterThan(10);
        assertThat(receiving.getFirst().progress().bytesDone()).isEqualTo(4_000_000);
    }

    @Test
    void bothSidesTellWhenTheLinkGoesDarkForGood() throws Exception {
        Path file = Folders.file(source.resolve("data"), 4_000_000, 1);
        TwoSides sides = slowSides(OnExists.RENAME);
        FileSendSession session = start(sides, file);
        sides.runUntil(() -> session.progress().bytesDone() > 0, 60 * TwoSides.SECOND, now -> {});
        LinkSettings dark = LinkSettings.builder()
                .blackout(Blackout.every(TwoSides.SECOND, TwoSides.SECOND))
                .build();
        sides.senderPort.linkTo(sides.receiverPort).settings(dark);
        sides.receiverPort.linkTo(sides.senderPort).settings(dark);

        TransferReport sent = sides.run();

        assertThat(sent.failure().kind()).isIn(FailureKind.PEER_LOST, FailureKind.STALLED);
        assertThat(sides.received.getFirst().failure().kind()).isIn(FailureKind.PEER_LOST, FailureKind.STALLED);
        assertThat(sides.network.nowNs()).isLessThan(45 * TwoSides.SECOND);
        assertThat(names(target)).isEmpty();
    }

    private TwoSides slowSides(OnExists onExists) throws TransferException {
        return new TwoSides(3, SLOW).receiveInto(ReceiveFolder.open(target, onExists, VerifyKind.CRC32C));
    }

    private static FileSendSession start(TwoSides sides, Path... paths) throws IOException {
        return sides.start(new FileSendSession(
                Folders.scan(paths),
                VerifyKind.CRC32C,
                sides.senderWorkers,
                sides.network::nowNs,
                TwoSides.STALL_TIMEOUT_NS));
    }

    private TransferReport transfer(TwoSides sides, OnExists onExists, VerifyKind verify, Path... paths)
            throws Exception {
        sides.receiveInto(ReceiveFolder.open(target, onExists, VerifyKind.CRC32C));
        sides.start(new FileSendSession(
                Folders.scan(paths), verify, sides.senderWorkers, sides.network::nowNs, TwoSides.STALL_TIMEOUT_NS));
        return sides.run();
    }

    private TransferReport transfer(TwoSides sides, OnExists onExists, SourceTree tree) throws Exception {
        sides.receiveInto(ReceiveFolder.open(target, onExists, VerifyKind.CRC32C));
        sides.start(new FileSendSession(
                tree, VerifyKind.CRC32C, sides.senderWorkers, sides.network::nowNs, TwoSides.STALL_TIMEOUT_NS));
        return sides.run();
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.map(child -> child.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }
}
