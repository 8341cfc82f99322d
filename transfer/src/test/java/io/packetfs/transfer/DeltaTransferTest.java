package io.packetfs.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.sim.LinkSettings;
import io.packetfs.transfer.manifest.Manifest;
import io.packetfs.transfer.manifest.TransferId;
import io.packetfs.transfer.record.AskedChunk;
import io.packetfs.transfer.record.ByteRange;
import io.packetfs.transfer.record.DeltaKey;
import io.packetfs.transfer.record.EntryStatus;
import io.packetfs.transfer.record.OfferKind;
import io.packetfs.transfer.record.ResultCode;
import io.packetfs.transfer.record.TransferRecord;
import io.packetfs.transfer.record.TransferRecord.Accept;
import io.packetfs.transfer.record.TransferRecord.Base;
import io.packetfs.transfer.record.TransferRecord.Chunks;
import io.packetfs.transfer.record.TransferRecord.Have;
import io.packetfs.transfer.record.TransferRecord.ManifestPiece;
import io.packetfs.transfer.record.TransferRecord.Offer;
import io.packetfs.transfer.record.TransferRecord.Refuse;
import io.packetfs.transfer.record.TransferRecord.Status;
import io.packetfs.transfer.record.VerifyKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeltaTransferTest {
    private static final int BYTES = 4_000_000;
    private static final Base BASE = new Base(13, new DeltaKey(1, 2), new TransferId(3, 4));

    @TempDir
    private Path folder;

    private Path source;
    private Path target;
    private Path older;

    @BeforeEach
    void makeFolders() throws IOException {
        source = Files.createDirectory(folder.resolve("source"));
        target = Files.createDirectory(folder.resolve("target"));
        older = Files.createDirectory(folder.resolve("older"));
    }

    @Test
    void contentThatIsThereUnderTheSameNameIsNotSentAgain() throws Exception {
        Path file = Folders.file(source.resolve("data"), BYTES, 1);
        Files.copy(file, target.resolve("data"));

        TransferReport sent = transfer(OnExists.RESUME, null, null, VerifyKind.CRC32C, file);

        assertReused(sent, BYTES, 0);
        assertThat(sent.stats().bytesSent()).isLessThan(40_000);
        assertThat(target.resolve("data")).hasSameBinaryContentAs(file);
    }

    @Test
    void bytesPutInAtTheFrontCostAFewChunks() throws Exception {
        byte[] before = Files.readAllBytes(Folders.file(target.resolve("data"), BYTES, 1));
        byte[] after = new byte[BYTES + 100];
        System.arraycopy(before, 0, after, 100, BYTES);
        Path file = Files.write(source.resolve("data"), after);

        TransferReport sent = transfer(OnExists.RESUME, null, null, VerifyKind.SHA256, file);

        assertReused(sent, BYTES + 100, 40_000);
        assertThat(target.resolve("data")).hasSameBinaryContentAs(file);
    }

    @Test
    void aRenamedFileOfATreeIsFoundByItsContent() throws Exception {
        Path tree = Folders.tree(source.resolve("tree"));
        Folders.tree(target.resolve("tree"));
        Files.move(tree.resolve("large.bin"), tree.resolve("nothing/moved.bin"));
        Files.delete(tree.resolve("bin/link"));
        Files.delete(target.resolve("tree/bin/link"));

        TransferReport sent = transfer(OnExists.RESUME, null, null, VerifyKind.SHA256, tree);

        assertReused(sent, 3_570_021, 0);
        Files.delete(target.resolve("tree/large.bin"));
        Files.setLastModifiedTime(target.resolve("tree"), Files.getLastModifiedTime(tree));
        assertThat(Folders.describe(target.resolve("tree"))).isEqualTo(Folders.describe(tree));
    }

    @Test
    void aBaseOfTheReceiverServesWhateverHappensToTakenNames() throws Exception {
        Path file = Folders.file(source.resolve("data"), BYTES, 1);
        Files.copy(file, older.resolve("some other name"));

        TransferReport sent = transfer(OnExists.RENAME, older, null, VerifyKind.CRC32C, file);

        assertReused(sent, BYTES, 0);
        assertThat(target.resolve("data")).hasSameBinaryContentAs(file);
    }

    @Test
    void aSenderThatKnowsTheBaseAsksOnlyOfWhatThatHolds() throws Exception {
        Path old = Folders.file(older.resolve("data"), BYTES, 1);
        byte[] after = Files.readAllBytes(old);
        Arrays.fill(after, 2_000_000, 2_300_000, (byte) 7);
        Path file = Files.write(source.resolve("data"), after);
        Files.copy(old, target.resolve("data"));

        TransferReport sent = transfer(OnExists.RESUME, null, old, VerifyKind.CRC32C, file);

        assertReused(sent, BYTES, 400_000);
        assertThat(target.resolve("data")).hasSameBinaryContentAs(file);
    }

    @Test
    void aSenderThatBelievesWronglyOfABaseOfTheSameShapeSendsEverything() throws Exception {
        Path old = Folders.file(older.resolve("data"), BYTES, 1);
        Path file = Files.copy(old, source.resolve("data"));
        Folders.file(target.resolve("data"), BYTES, 2);

        TransferReport sent = transfer(OnExists.RESUME, null, old, VerifyKind.CRC32C, file);

        assertReused(sent, BYTES, BYTES);
        assertThat(target.resolve("data")).hasSameBinaryContentAs(file);
    }

    @Test
    void aSenderWhoseBaseIsAnotherOneAsksOfEverything() throws Exception {
        Path old = Folders.file(older.resolve("data"), 1_000, 3);
        Path file = Folders.file(source.resolve("data"), BYTES, 1);
        Files.copy(file, target.resolve("data"));

        TransferReport sent = transfer(OnExists.RESUME, null, old, VerifyKind.CRC32C, file);

        assertReused(sent, BYTES, 0);
    }

    @Test
    void whatAnEarlierAttemptBroughtAndWhatTheBaseHoldsAddUp() throws Exception {
        byte[] content = Files.readAllBytes(Folders.file(source.resolve("data"), BYTES, 1));
        Path file = source.resolve("data");
        byte[] old = content.clone();
        Arrays.fill(old, 0, 2_000_000, (byte) 1);
        Files.write(target.resolve("data"), old);
        LinkSettings slow =
                LinkSettings.builder().delayMs(5).rateMegabitsPerSecond(4).build();
        TwoSides first = new TwoSides(3, slow);
        first.receiveInto(ReceiveFolder.open(target, OnExists.RESUME, VerifyKind.CRC32C));
        FileSendSession cut = session(first, null, VerifyKind.CRC32C, file);
        first.start(cut);
        first.runUntil(() -> cut.movedBytes() > 1_000_000, 60 * TwoSides.SECOND, now -> {});
        first.runUntil(() -> false, first.network.nowNs() + TwoSides.SECOND / 2, now -> {});
        cut.cancel("enough");
        first.run();

        TwoSides second = TwoSides.overCleanLink();
        second.receiveInto(ReceiveFolder.open(target, OnExists.RESUME, VerifyKind.CRC32C));
        second.start(session(second, null, VerifyKind.CRC32C, file));
        TransferReport sent = second.run();

        assertThat(sent.failure()).isNull();
        assertThat(sent.resumedBytes()).isGreaterThan(2_900_000);
        assertThat(second.received.getFirst().resumedBytes()).isEqualTo(sent.resumedBytes());
        assertThat(target.resolve("data")).hasSameBinaryContentAs(file);
    }

    @Test
    void severalConnectionsAreNotUsedWhenThereIsABase() throws Exception {
        Path file = Folders.file(source.resolve("data"), BYTES, 1);
        Files.copy(file, target.resolve("data"));
        TwoSides sides = TwoSides.overCleanLink();
        sides.receiveInto(ReceiveFolder.open(target, OnExists.RESUME, VerifyKind.CRC32C));
        sides.start(new FileSendSession(
                Folders.scan(file),
                VerifyKind.CRC32C,
                sides.senderWorkers,
                sides.network::nowNs,
                TwoSides.STALL_TIMEOUT_NS,
                sides.stripes(4)));

        TransferReport sent = sides.run();

        assertReused(sent, BYTES, 0);
        assertThat(sides.stripeConnections).isEmpty();
    }

    @Test
    void whatWasReadAheadServesAndWhatChangedSinceIsReadAgain() throws Exception {
        Path file = Folders.file(source.resolve("data"), BYTES, 1);
        Files.copy(file, target.resolve("data"));
        for (boolean changes : new boolean[] {false, true}) {
            TwoSides sides = TwoSides.overCleanLink();
            ReceiveFolder into = ReceiveFolder.open(target, OnExists.RESUME, VerifyKind.CRC32C);
            into.readAhead(new Workers(Runnable::run, Runnable::run));
            if (changes) {
                byte[] other = Files.readAllBytes(file);
                Arrays.fill(other, 0, 2_000_000, (byte) 3);
                Files.write(target.resolve("data"), other);
                Files.setLastModifiedTime(target.resolve("data"), FileTime.fromMillis(5_000));
            }
            sides.receiveInto(into);
            sides.start(session(sides, null, VerifyKind.CRC32C, file));

            assertReused(sides.run(), BYTES, changes ? 2_100_000 : 0);
            assertThat(target.resolve("data")).hasSameBinaryContentAs(file);
        }
    }

    @Test
    void aBaseThatChangesMeanwhileCostsBytesAndNothingElse() throws Exception {
        Path file = Folders.file(source.resolve("data"), BYTES, 1);
        Path old = Files.copy(file, older.resolve("data"));
        TwoSides sides = TwoSides.overCleanLink();
        sides.receiveInto(ReceiveFolder.open(target, OnExists.RENAME, VerifyKind.SHA256, older));
        FileSendSession session = session(sides, BaseFiles.under(old), VerifyKind.SHA256, file);
        sides.start(session);
        sides.runUntil(() -> session.phase() == TransferPhase.MOVING, 60 * TwoSides.SECOND, now -> {});
        byte[] changed = Files.readAllBytes(old);
        Arrays.fill(changed, 1_000_000, 3_000_000, (byte) 0);
        Files.write(old, changed);

        TransferReport sent = sides.run();

        assertThat(sent.failure()).isNull();
        assertThat(sent.reusedBytes()).isBetween(1_900_000L, 2_000_000L);
        assertThat(target.resolve("data")).hasSameBinaryContentAs(file);
    }

    @Test
    void nothingMoreIsTakenOfWhatTheReceiverHasOnceItHasNamedItsBase() throws Exception {
        List<List<TransferRecord>> wrong = List.of(
                List.of(BASE, new Have(List.of(new ByteRange(0, 16)))),
                List.of(BASE, new Status(List.of(new EntryStatus(0, EntryStatus.Kind.SKIPPED, "there")))),
                List.of(BASE, BASE),
                List.of(new Have(List.of(new ByteRange(BYTES - 8, 16))), BASE),
                List.of(BASE, new Accept(BYTES - 1, 0, true)));
        for (List<TransferRecord> answer : wrong) {
            Puppet receiver = new Puppet();

            TransferReport sent = answered(receiver, answer);

            assertThat(receiver.closeReason).as("%s", answer).isEqualTo(CloseReasons.TRANSFER_VIOLATION);
            assertThat(sent.failure()).isNotNull();
        }
    }

    @Test
    void aReceiverThatFindsNoRoomAfterItHasNamedItsBaseRefuses() throws Exception {
        Puppet receiver = new Puppet();

        TransferReport sent =
                answered(receiver, List.of(BASE, new Refuse(ResultCode.LOCAL_IO, "no space left on device")));

        assertThat(sent.failure().message()).contains("no space left on device");
        assertThat(receiver.heard).noneMatch(Chunks.class::isInstance);
    }

    @Test
    void theBaseIsNamedWhileRoomIsBeingReserved() throws Exception {
        Path file = Folders.file(source.resolve("data"), BYTES, 1);
        Files.copy(file, target.resolve("data"));
        TwoSides sides = TwoSides.overCleanLink();
        ReceiveFolder into = ReceiveFolder.open(target, OnExists.RESUME, VerifyKind.CRC32C);
        List<Runnable> diskTasks = new ArrayList<>();
        Workers slow = new Workers(sides.receiverWorkers.agent(), diskTasks::add);
        sides.receiveAt(new ReceiveDesk(
                admission ->
                        new FileReceiveSession(into, admission, slow, sides.network::nowNs, TwoSides.STALL_TIMEOUT_NS),
                sides.received::add));
        Puppet sender = new Puppet();
        sides.connect(sender);
        sides.runUntil(() -> sender.connection != null, TwoSides.SECOND, now -> {});
        Manifest manifest = Folders.scan(file).manifest();
        sender.say(new Offer(OfferKind.FILES, VerifyKind.CRC32C, 1, BYTES, manifest.id()));
        sender.say(new ManifestPiece(0, manifest.entries()));
        sides.runUntil(() -> !diskTasks.isEmpty(), TwoSides.SECOND, now -> {});

        diskTasks.removeFirst().run(); // looks at what is there
        sides.runUntil(() -> false, sides.network.nowNs() + TwoSides.SECOND, now -> {});

        assertThat(sender.last()).isInstanceOf(Base.class);
        assertThat(diskTasks).hasSize(1);
        diskTasks.removeFirst().run(); // reserves
        sides.runUntil(() -> sender.last() instanceof Accept, 10 * TwoSides.SECOND, now -> {});
        assertThat(sender.last()).isEqualTo(new Accept(BYTES, 0, true));
    }

    @Test
    void whatIsCutBeforeTheReceiverAcceptsIsAskedWhenItDoes() throws Exception {
        Path file = Folders.file(source.resolve("data"), 6 * BYTES, 1);
        TwoSides sides = TwoSides.overCleanLink();
        Puppet receiver = new Puppet();
        sides.receiveAt(receiver);
        sides.start(session(sides, null, VerifyKind.CRC32C, file));
        sides.runUntil(
                () -> receiver.heard.stream().anyMatch(ManifestPiece.class::isInstance), TwoSides.SECOND, now -> {});

        receiver.say(BASE);
        sides.runUntil(() -> false, sides.network.nowNs() + TwoSides.SECOND, now -> {});
        assertThat(receiver.heard).noneMatch(Chunks.class::isInstance);
        receiver.say(new Accept(6 * BYTES, 0, true));
        sides.runUntil(() -> askedBytes(receiver) == 6 * BYTES, 10 * TwoSides.SECOND, now -> {});

        assertThat(askedBytes(receiver)).isEqualTo(6 * BYTES);
        assertThat(askedChunks(receiver).count()).isGreaterThan(2_048);
    }

    private static Stream<AskedChunk> askedChunks(Puppet receiver) {
        return receiver.heard.stream()
                .filter(Chunks.class::isInstance)
                .flatMap(record -> ((Chunks) record).chunks().stream());
    }

    private static long askedBytes(Puppet receiver) {
        return askedChunks(receiver).mapToLong(AskedChunk::length).sum();
    }

    /** What comes of a transfer of 4 MB that a receiver answers so. */
    private TransferReport answered(Puppet receiver, List<TransferRecord> answer) throws Exception {
        Path file = Folders.file(source.resolve("data"), BYTES, 1);
        TwoSides sides = TwoSides.overCleanLink();
        sides.receiveAt(receiver);
        FileSendSession sender = sides.start(session(sides, null, VerifyKind.CRC32C, file));
        sides.runUntil(
                () -> receiver.heard.stream().anyMatch(ManifestPiece.class::isInstance), TwoSides.SECOND, now -> {});
        answer.forEach(receiver::say);
        sides.runUntil(() -> receiver.closeReason >= 0, 2 * TwoSides.SECOND, now -> {});
        return sender.report().join();
    }

    private void assertReused(TransferReport sent, long bytes, long movedMax) {
        assertThat(sent.failure()).isNull();
        assertThat(sent.bytes()).isEqualTo(bytes);
        assertThat(bytes - sent.reusedBytes()).isBetween(0L, movedMax);
    }

    private TransferReport transfer(OnExists onExists, Path base, Path own, VerifyKind verify, Path file)
            throws Exception {
        TwoSides sides = TwoSides.overCleanLink();
        sides.receiveInto(ReceiveFolder.open(target, onExists, verify, base));
        sides.start(session(sides, own == null ? null : BaseFiles.under(own), verify, file));
        TransferReport sent = sides.run();
        assertThat(sides.received.getFirst().reusedBytes()).isEqualTo(sent.reusedBytes());
        assertThat(sides.received.getFirst().bytes()).isEqualTo(sent.bytes());
        return sent;
    }

    private static FileSendSession session(TwoSides sides, BaseFiles own, VerifyKind verify, Path file)
            throws IOException {
        FileSendSession session = new FileSendSession(
                Folders.scan(file), verify, sides.senderWorkers, sides.network::nowNs, TwoSides.STALL_TIMEOUT_NS);
        return own == null ? session : session.withBase(own);
    }
}
