package io.packetfs.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.blob.Crc32c;
import io.packetfs.blob.HeapBlob;
import io.packetfs.endpoint.OutboundGram;
import io.packetfs.protocol.DescriptorList;
import io.packetfs.protocol.GramHeader;
import io.packetfs.transfer.manifest.EntryKind;
import io.packetfs.transfer.manifest.ManifestBuilder;
import io.packetfs.transfer.manifest.ManifestEntry;
import io.packetfs.transfer.manifest.TransferId;
import io.packetfs.transfer.record.FileDigest;
import io.packetfs.transfer.record.OfferKind;
import io.packetfs.transfer.record.RecordEncoder;
import io.packetfs.transfer.record.ResultCode;
import io.packetfs.transfer.record.StripeKey;
import io.packetfs.transfer.record.TransferRecord;
import io.packetfs.transfer.record.TransferRecord.Accept;
import io.packetfs.transfer.record.TransferRecord.Digests;
import io.packetfs.transfer.record.TransferRecord.Done;
import io.packetfs.transfer.record.TransferRecord.ManifestPiece;
import io.packetfs.transfer.record.TransferRecord.Offer;
import io.packetfs.transfer.record.TransferRecord.Refuse;
import io.packetfs.transfer.record.TransferRecord.Result;
import io.packetfs.transfer.record.TransferRecord.Stripe;
import io.packetfs.transfer.record.TransferRecord.Stripes;
import io.packetfs.transfer.record.VerifyKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A receiver against senders that hold the ticket and keep no rule. */
class HostileSenderTest {
    private static final HeapBlob CONTENT = new HeapBlob(new byte[1_000]);
    private static final ManifestEntry FILE = new ManifestEntry(EntryKind.FILE, "file", "", 1_000, false, 0);

    @TempDir
    private Path folder;

    private final TwoSides sides = TwoSides.overCleanLink();
    private final Puppet puppet = new Puppet();

    @BeforeEach
    void listen() throws TransferException {
        sides.receiveInto(ReceiveFolder.open(folder, OnExists.OVERWRITE, VerifyKind.CRC32C));
        sides.connect(puppet);
        sides.runUntil(() -> puppet.connection != null, TwoSides.SECOND, now -> {});
    }

    @Test
    void aManifestWithAPathThatLeavesTheFolderIsRefused() throws IOException {
        ManifestEntry evil = new ManifestEntry(EntryKind.FILE, "../evil", "", 1, false, 0);
        say(new Offer(OfferKind.FILES, VerifyKind.CRC32C, 1, 1, TransferId.NONE));
        say(new ManifestPiece(0, List.of(evil)));

        assertThat(refusal().code()).isEqualTo(ResultCode.MANIFEST_INVALID);
        assertThat(folder).isEmptyDirectory();
        assertThat(folder.resolveSibling("evil")).doesNotExist();
    }

    @Test
    void aManifestThatIsNotTheOneOfferedIsRefused() throws IOException {
        say(new Offer(OfferKind.FILES, VerifyKind.CRC32C, 1, 1_000, new TransferId(1, 2)));
        say(new ManifestPiece(0, List.of(FILE)));

        assertThat(refusal().code()).isEqualTo(ResultCode.MANIFEST_INVALID);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aFileLargerThanTheDiskIsRefused() {
        ManifestEntry huge = new ManifestEntry(EntryKind.FILE, "huge", "", 1L << 59, false, 0);
        say(offerOf(huge));
        say(new ManifestPiece(0, List.of(huge)));

        assertThat(refusal().code()).isEqualTo(ResultCode.TOO_LARGE);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void dataBeforeTheAcceptIsAViolation() {
        say(offerOf(FILE));
        puppet.send(OutboundGram.staged(Lanes.BULK, false, new byte[10]));

        assertClosed(CloseReasons.TRANSFER_VIOLATION);
    }

    @Test
    void bytesThatCameAlreadyAreAViolation() {
        accepted();
        puppet.send(OutboundGram.placed(Lanes.BULK, Lanes.BULK_BLOB_ID, CONTENT, 0, 600));
        puppet.send(OutboundGram.placed(Lanes.BULK, Lanes.BULK_BLOB_ID, CONTENT, 500, 500));

        assertClosed(CloseReasons.TRANSFER_VIOLATION);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void descriptorsOfBytesThatNeverCameAreNoPartOfAFile() {
        accepted();
        puppet.send(OutboundGram.descriptors(
                Lanes.BULK, false, Lanes.BULK_BLOB_ID, GramHeader.MODE_OFFSET, new DescriptorList().add(0, 1_000)));

        assertClosed(CloseReasons.TRANSFER_VIOLATION);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aRecordCannotComeAsAProgram() {
        byte[] record = RecordEncoder.encode(offerOf(FILE));
        puppet.send(OutboundGram.program(
                Lanes.CONTROL,
                true,
                Lanes.BULK_BLOB_ID,
                GramHeader.MODE_OFFSET,
                new DescriptorList().add(0, 1),
                record));

        sides.runUntil(() -> puppet.closeReason >= 0, 10 * TwoSides.SECOND, now -> {});
        assertThat(puppet.closeReason).isPositive();
        assertThat(sides.received).isEmpty();
    }

    @Test
    void bytesBehindTheEndNeverReachAFile() {
        accepted();
        puppet.send(OutboundGram.placed(Lanes.BULK, Lanes.BULK_BLOB_ID, new HeapBlob(new byte[5_000]), 2_000, 100));

        sides.runUntil(() -> puppet.closeReason >= 0, 10 * TwoSides.SECOND, now -> {});
        assertThat(puppet.closeReason).isPositive();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aWrongDigestLeavesNoFile() {
        accepted();
        puppet.send(OutboundGram.placed(Lanes.BULK, Lanes.BULK_BLOB_ID, CONTENT, 0, 1_000));
        say(new Digests(0, List.of(FileDigest.ofCrc32c(12345))));
        say(new Done(1_000));

        sides.runUntil(() -> puppet.last() instanceof Result, 10 * TwoSides.SECOND, now -> {});
        assertThat(((Result) puppet.last()).code()).isEqualTo(ResultCode.INTEGRITY);
        puppet.connection.close(0, "");
        sides.runUntil(() -> !sides.received.isEmpty(), 10 * TwoSides.SECOND, now -> {});
        assertThat(sides.received.getFirst().failure().kind()).isEqualTo(FailureKind.INTEGRITY);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aDoneThatComesTooEarlyWaitsForTheBytes() throws IOException {
        accepted();
        say(new Digests(0, List.of(FileDigest.ofCrc32c(crcOfContent()))));
        say(new Done(1_000));
        sides.runUntil(() -> false, TwoSides.SECOND, now -> {});
        assertThat(folder.resolve("file")).doesNotExist();

        puppet.send(OutboundGram.placed(Lanes.BULK, Lanes.BULK_BLOB_ID, CONTENT, 0, 1_000));
        sides.runUntil(() -> puppet.last() instanceof Result, 10 * TwoSides.SECOND, now -> {});

        assertThat(Files.readAllBytes(folder.resolve("file"))).isEqualTo(CONTENT.array());
    }

    @Test
    void recordsOutOfOrderAreViolations() {
        say(new Done(5));

        assertClosed(CloseReasons.TRANSFER_VIOLATION);
    }

    @Test
    void bytesThatAreNoRecordAreAViolation() {
        puppet.send(OutboundGram.staged(Lanes.CONTROL, true, new byte[] {1, 1, 0, 0, 99, 0, 0, 0}));

        assertClosed(CloseReasons.TRANSFER_VIOLATION);
    }

    @Test
    void anotherVersionIsToldSo() {
        byte[] slab = RecordEncoder.encode(offerOf(FILE));
        slab[1] = 9;
        puppet.send(OutboundGram.staged(Lanes.CONTROL, true, slab));

        assertThat(refusal().code()).isEqualTo(ResultCode.VERSION);
    }

    @Test
    void aStripeOfNoTransferIsAViolation() {
        say(new Stripe(1, new StripeKey(1, 2)));

        assertClosed(CloseReasons.TRANSFER_VIOLATION);
    }

    @Test
    void aStripeIsNoPlaceForWhatBelongsOnTheFirstConnection() {
        Puppet stripe = stripeOf(stripesOffered(), 1);
        stripe.say(new Done(1_000));

        sides.runUntil(() -> stripe.closeReason >= 0, 10 * TwoSides.SECOND, now -> {});
        assertThat(stripe.closeReason).isEqualTo(CloseReasons.TRANSFER_VIOLATION);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 15})
    void aStripeBeyondTheCountIsAViolation(int index) {
        Puppet stripe = connect(new Stripe(index, stripesOffered()));

        sides.runUntil(() -> stripe.closeReason >= 0, 10 * TwoSides.SECOND, now -> {});
        assertThat(stripe.closeReason).isEqualTo(CloseReasons.TRANSFER_VIOLATION);
        assertThat(puppet.closeReason).as("the transfer's own").isEqualTo(-1);
    }

    @Test
    void aStripeThatIsThereAlreadyIsAViolation() {
        StripeKey key = stripesOffered();
        stripeOf(key, 1);
        Puppet second = connect(new Stripe(1, key));

        sides.runUntil(() -> second.closeReason >= 0, 10 * TwoSides.SECOND, now -> {});
        assertThat(second.closeReason).isEqualTo(CloseReasons.TRANSFER_VIOLATION);
    }

    @Test
    void bytesThatComeOverTwoConnectionsAreAViolation() {
        Puppet stripe = stripeOf(stripesOffered(), 1);
        puppet.send(OutboundGram.placed(Lanes.BULK, Lanes.BULK_BLOB_ID, CONTENT, 0, 1_000));
        sides.runUntil(() -> false, sides.network.nowNs() + TwoSides.SECOND, now -> {});
        stripe.send(OutboundGram.placed(Lanes.BULK, Lanes.BULK_BLOB_ID, CONTENT, 0, 1_000));

        assertClosed(CloseReasons.TRANSFER_VIOLATION);
    }

    /** Offers with two connections; the key that the receiver gives. */
    private StripeKey stripesOffered() {
        Offer one = offerOf(FILE);
        say(new Offer(one.kind(), one.verify(), one.entryCount(), one.byteCount(), one.transferId(), 2));
        say(new ManifestPiece(0, List.of(FILE)));
        sides.runUntil(() -> puppet.last() instanceof Accept, 10 * TwoSides.SECOND, now -> {});
        Stripes offered = (Stripes) puppet.heard.get(puppet.heard.size() - 2);
        assertThat(offered.count()).isEqualTo(2);
        return offered.key();
    }

    private Puppet connect(Stripe name) {
        Puppet stripe = new Puppet();
        sides.connect(stripe);
        sides.runUntil(() -> stripe.connection != null, 10 * TwoSides.SECOND, now -> {});
        stripe.say(name);
        return stripe;
    }

    private Puppet stripeOf(StripeKey key, int index) {
        Puppet stripe = connect(new Stripe(index, key));
        sides.runUntil(() -> stripe.last() != null, 10 * TwoSides.SECOND, now -> {});
        assertThat(stripe.last()).isEqualTo(new Stripe(index, key));
        return stripe;
    }

    private void accepted() {
        say(offerOf(FILE));
        say(new ManifestPiece(0, List.of(FILE)));
        sides.runUntil(() -> puppet.last() instanceof Accept, 10 * TwoSides.SECOND, now -> {});
        assertThat(puppet.last()).isEqualTo(new Accept(1_000, 0, false));
    }

    private void say(TransferRecord record) {
        puppet.say(record);
    }

    private Refuse refusal() {
        sides.runUntil(() -> puppet.last() instanceof Refuse, 10 * TwoSides.SECOND, now -> {});
        return (Refuse) puppet.last();
    }

    private void assertClosed(int reason) {
        sides.runUntil(() -> puppet.closeReason >= 0, 10 * TwoSides.SECOND, now -> {});
        assertThat(puppet.closeReason).isEqualTo(reason);
    }

    private static int crcOfContent() {
        return Crc32c.of(CONTENT, 0, CONTENT.sizeBytes());
    }

    private static Offer offerOf(ManifestEntry entry) {
        ManifestBuilder builder = new ManifestBuilder();
        assertThat(builder.add(entry)).isNull();
        return new Offer(
                OfferKind.FILES,
                VerifyKind.CRC32C,
                1,
                entry.sizeBytes(),
                builder.build().id());
    }
}
