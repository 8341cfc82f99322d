package io.packetfs.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.blob.Crc32c;
import io.packetfs.blob.FileLayout;
import io.packetfs.blob.HeapBlob;
import io.packetfs.blob.chunk.ChunkTag;
import io.packetfs.blob.chunk.ChunkTagger;
import io.packetfs.endpoint.OutboundGram;
import io.packetfs.transfer.manifest.EntryKind;
import io.packetfs.transfer.manifest.ManifestBuilder;
import io.packetfs.transfer.manifest.ManifestEntry;
import io.packetfs.transfer.record.AskedChunk;
import io.packetfs.transfer.record.ByteRange;
import io.packetfs.transfer.record.DeltaKey;
import io.packetfs.transfer.record.FileDigest;
import io.packetfs.transfer.record.OfferKind;
import io.packetfs.transfer.record.RecordEncoder;
import io.packetfs.transfer.record.TransferRecord;
import io.packetfs.transfer.record.TransferRecord.Accept;
import io.packetfs.transfer.record.TransferRecord.Base;
import io.packetfs.transfer.record.TransferRecord.Chunks;
import io.packetfs.transfer.record.TransferRecord.Digests;
import io.packetfs.transfer.record.TransferRecord.Done;
import io.packetfs.transfer.record.TransferRecord.ManifestPiece;
import io.packetfs.transfer.record.TransferRecord.Need;
import io.packetfs.transfer.record.TransferRecord.Offer;
import io.packetfs.transfer.record.TransferRecord.Result;
import io.packetfs.transfer.record.VerifyKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A receiver with a base, against senders that hold the ticket and keep no rule; and a sender, against answers that are none. */
class HostileDeltaTest {
    private static final ManifestEntry FIRST = new ManifestEntry(EntryKind.FILE, "first", "", 600, false, 0);
    private static final ManifestEntry SECOND = new ManifestEntry(EntryKind.FILE, "second", "", 400, false, 0);
    private static final ChunkTag NO_TAG = new ChunkTag(0, 0);

    @TempDir
    private Path folder;

    private final TwoSides sides = TwoSides.overCleanLink();
    private final Puppet puppet = new Puppet();
    private byte[] content;
    private Base base;

    @BeforeEach
    void beAccepted() throws Exception {
        content = Files.readAllBytes(Folders.file(folder.resolve("base"), 1_000, 5));
        accepted(sides, puppet, folder);
        base = (Base) puppet.heard.get(puppet.heard.size() - 2);
    }

    @Test
    void chunksBehindTheEndAreAViolation() {
        ask(700, Chunks.NO_BASE_OFFSET, 301);
        assertClosed();
    }

    @Test
    void chunksFarBehindTheEndAreAViolation() {
        ask(1L << 60, Chunks.NO_BASE_OFFSET, 1);
        assertClosed();
    }

    @Test
    void aChunkOfTwoFilesIsAViolation() {
        ask(500, Chunks.NO_BASE_OFFSET, 200);
        assertClosed();
    }

    @Test
    void chunksThatOverlapAreAViolation() {
        ask(0, Chunks.NO_BASE_OFFSET, 100);
        ask(99, Chunks.NO_BASE_OFFSET, 100);
        assertClosed();
    }

    @Test
    void aBasePlaceBehindTheEndOfTheBaseIsAViolation() {
        ask(0, 901, 50, 50);
        assertClosed();
    }

    @Test
    void aBasePlaceThatWouldOverflowIsAViolation() {
        ask(0, 1L << 60, 100);
        assertClosed();
    }

    @Test
    void bytesThatWereAskedOfAndAreNotDecidedAreAViolation() {
        // Both come in one flight, so that nothing is decided between them.
        ask(0, Chunks.NO_BASE_OFFSET, 600);
        puppet.send(OutboundGram.placed(Lanes.BULK, Lanes.BULK_BLOB_ID, new HeapBlob(content), 0, 600));
        assertClosed();
        assertThat(folder.resolve("target/first")).doesNotExist();
    }

    @Test
    void aDoneWhileSomethingIsUndecidedIsAViolation() {
        ask(0, Chunks.NO_BASE_OFFSET, 600);
        say(new Digests(0, List.of(FileDigest.ofCrc32c(1), FileDigest.ofCrc32c(2))));
        say(new Done(400));
        assertClosed();
    }

    @Test
    void moreChunksThanMayBeUndecidedAreAViolation() throws Exception {
        ManifestEntry large = new ManifestEntry(EntryKind.FILE, "large", "", 100_000, false, 0);
        TwoSides others = TwoSides.overCleanLink();
        Puppet other = new Puppet();
        accepted(others, other, folder, large);
        AskedChunk one = new AskedChunk(1, 0, NO_TAG);
        for (int i = 0; i < 30; i++) {
            Chunks chunks = new Chunks(i * 2_700L, Chunks.NO_BASE_OFFSET, Collections.nCopies(2_700, one));
            other.connection.trySend(OutboundGram.staged(Lanes.CONTROL, true, RecordEncoder.encode(chunks)));
        }
        others.runUntil(() -> other.closeReason >= 0, 20 * TwoSides.SECOND, now -> {});

        // A receiver that keeps up decides them; one that does not has to end it.
        assertThat(other.closeReason == CloseReasons.TRANSFER_VIOLATION || other.last() instanceof Need)
                .isTrue();
    }

    @Test
    void aChecksumThatAgreesWithoutItsTagIsNeeded() {
        int crc = Crc32c.of(new HeapBlob(content), 0, 600);
        say(new Chunks(0, Chunks.NO_BASE_OFFSET, List.of(new AskedChunk(600, crc, NO_TAG))));
        say(new Chunks(600, 0, List.of(new AskedChunk(400, crc, NO_TAG))));

        awaitDecided(1_000);
        assertThat(needed()).isEqualTo(1_000);
    }

    @Test
    void aTagOfTheRightBytesWithAnotherChecksumIsNeeded() {
        ChunkTag tag = tag(0, 0, 600);
        say(new Chunks(0, 0, List.of(new AskedChunk(600, 77, tag))));

        awaitDecided(600);
        assertThat(needed()).isEqualTo(600);
    }

    @Test
    void whatIsThereIsCopiedFromWhereItLies() throws IOException {
        int crc = Crc32c.of(new HeapBlob(content), 300, 600);
        say(new Chunks(0, 300, List.of(new AskedChunk(600, crc, tag(0, 300, 600)))));
        awaitDecided(600);
        assertThat(needed()).isZero();
        puppet.send(OutboundGram.placed(Lanes.BULK, Lanes.BULK_BLOB_ID, new HeapBlob(content), 600, 400));
        int rest = Crc32c.of(new HeapBlob(content), 600, 400);
        say(new Digests(0, List.of(FileDigest.ofCrc32c(crc), FileDigest.ofCrc32c(rest))));
        say(new Done(400));

        sides.runUntil(() -> puppet.last() instanceof Result, 10 * TwoSides.SECOND, now -> {});
        assertThat(((Result) puppet.last()).bytes()).isEqualTo(1_000);
        byte[] copied = Files.readAllBytes(folder.resolve("target/first"));
        assertThat(new HeapBlob(copied).sizeBytes()).isEqualTo(600);
        assertThat(Crc32c.of(new HeapBlob(copied), 0, 600)).isEqualTo(crc);
    }

    /** Whatever is asked: an answer, or a violation; and no file outside its temporary name. */
    @Property(tries = 150)
    void anyQuestionsAreAnsweredOrRefused(@ForAll long seed) throws Exception {
        Path own = Files.createTempDirectory("hostile");
        try {
            Folders.file(own.resolve("base"), 1_000, 5);
            TwoSides others = TwoSides.overCleanLink();
            Puppet other = new Puppet();
            accepted(others, other, own);
            SplittableRandom random = new SplittableRandom(seed);
            for (int i = 0; i < 4; i++) {
                long offset = random.nextInt(3) == 0 ? random.nextLong(1L << 60) : random.nextInt(1_001);
                long place =
                        random.nextBoolean() ? Chunks.NO_BASE_OFFSET : random.nextLong(1 + (1L << random.nextInt(61)));
                AskedChunk chunk =
                        new AskedChunk(1 + random.nextInt(1 << random.nextInt(20)), random.nextInt(), NO_TAG);
                Chunks chunks = new Chunks(offset, place, Collections.nCopies(1 + random.nextInt(4), chunk));
                other.connection.trySend(OutboundGram.staged(Lanes.CONTROL, true, RecordEncoder.encode(chunks)));
            }
            others.runUntil(() -> other.closeReason >= 0, others.network.nowNs() + TwoSides.SECOND / 2, now -> {});

            assertThat(other.closeReason).isIn(-1, CloseReasons.TRANSFER_VIOLATION);
            assertThat(own.resolve("target/first")).doesNotExist();
        } finally {
            FileActions.deleteTree(own);
        }
    }

    @Test
    void aSenderTakesOnlyAnswersToWhatItAsked() {
        List<Need> wrong = List.of(
                new Need(0, List.of()),
                new Need(99, List.of()),
                new Need(201, List.of()),
                new Need(100, List.of(new ByteRange(0, 99))),
                new Need(100, List.of(new ByteRange(1, 99))),
                new Need(200, List.of(new ByteRange(0, 100), new ByteRange(50, 100))),
                new Need(200, List.of(new ByteRange(100, 100), new ByteRange(0, 100))));
        for (Need need : wrong) {
            assertThat(asker().onNeed(need)).as("%s", need).isNotNull();
        }
        DeltaSender asker = asker();
        assertThat(asker.onNeed(new Need(100, List.of(new ByteRange(0, 100))))).isNull();
        assertThat(asker.onNeed(new Need(100, List.of()))).isNotNull();
        assertThat(asker.onNeed(new Need(200, List.of()))).isNull();
        assertThat(asker.isDone()).isTrue();
        assertThat(asker.reusedBytes()).isEqualTo(100);
    }

    /** Has asked of two chunks of 100 bytes, the files "a" and "b". */
    private DeltaSender asker() {
        try {
            List<Path> paths = List.of(
                    Folders.file(folder.resolve("ask/a"), 100, 1), Folders.file(folder.resolve("ask/b"), 100, 2));
            FileLayout layout = new FileLayout(paths, new long[] {100, 100});
            DeltaSender asker = new DeltaSender(
                    base,
                    null,
                    layout,
                    List.of(),
                    new BulkCells(200, new ByteRangeSet()),
                    new FileDigests(layout),
                    new Workers(Runnable::run, Runnable::run),
                    new ControlLane(),
                    new DeltaSender.Host() {
                        @Override
                        public void onDeltaProgress() {}

                        @Override
                        public void onDeltaFault(String message) {
                            throw new AssertionError(message);
                        }
                    });
            asker.begin();
            asker.ask();
            return asker;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void ask(long offset, long place, int... lengths) {
        List<AskedChunk> chunks = Arrays.stream(lengths)
                .mapToObj(length -> new AskedChunk(length, length, NO_TAG))
                .toList();
        say(new Chunks(offset, place, chunks));
    }

    private ChunkTag tag(long place, int from, int length) {
        return new ChunkTagger(base.key().bytes(), 1_000).tag(place, content, from, length);
    }

    private void say(TransferRecord record) {
        puppet.send(OutboundGram.staged(Lanes.CONTROL, true, RecordEncoder.encode(record)));
    }

    private void awaitDecided(long end) {
        sides.runUntil(
                () -> puppet.last() instanceof Need need && need.decidedEnd() == end, 10 * TwoSides.SECOND, now -> {});
        assertThat(puppet.last()).isInstanceOf(Need.class);
    }

    private long needed() {
        return puppet.heard.stream()
                .filter(Need.class::isInstance)
                .flatMap(record -> ((Need) record).ranges().stream())
                .mapToLong(ByteRange::length)
                .sum();
    }

    private void assertClosed() {
        sides.runUntil(() -> puppet.closeReason >= 0, 10 * TwoSides.SECOND, now -> {});
        assertThat(puppet.closeReason).isEqualTo(CloseReasons.TRANSFER_VIOLATION);
    }

    private static void accepted(TwoSides sides, Puppet puppet, Path folder, ManifestEntry... entries)
            throws Exception {
        List<ManifestEntry> files = entries.length == 0 ? List.of(FIRST, SECOND) : List.of(entries);
        sides.receiveInto(ReceiveFolder.open(
                folder.resolve("target"), OnExists.RENAME, VerifyKind.CRC32C, folder.resolve("base")));
        sides.connect(puppet);
        sides.runUntil(() -> puppet.connection != null, TwoSides.SECOND, now -> {});
        ManifestBuilder builder = new ManifestBuilder();
        files.forEach(builder::add);
        long bytes = files.stream().mapToLong(ManifestEntry::sizeBytes).sum();
        Offer offer = new Offer(
                OfferKind.FILES,
                VerifyKind.CRC32C,
                files.size(),
                bytes,
                builder.build().id());
        puppet.send(OutboundGram.staged(Lanes.CONTROL, true, RecordEncoder.encode(offer)));
        puppet.send(OutboundGram.staged(Lanes.CONTROL, true, RecordEncoder.encode(new ManifestPiece(0, files))));
        sides.runUntil(() -> puppet.last() instanceof Accept, 10 * TwoSides.SECOND, now -> {});
        assertThat(puppet.last()).isEqualTo(new Accept(bytes, 0, false));
        assertThat(puppet.heard.get(puppet.heard.size() - 2)).isInstanceOf(Base.class);
        assertThat(((Base) puppet.heard.get(puppet.heard.size() - 2)).key()).isNotEqualTo(new DeltaKey(0, 0));
    }
}
