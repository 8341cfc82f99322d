package io.packetfs.transfer.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packetfs.blob.chunk.ChunkTag;
import io.packetfs.transfer.manifest.EntryKind;
import io.packetfs.transfer.manifest.ManifestEntry;
import io.packetfs.transfer.manifest.TransferId;
import io.packetfs.transfer.record.TransferRecord.Accept;
import io.packetfs.transfer.record.TransferRecord.Base;
import io.packetfs.transfer.record.TransferRecord.Chunks;
import io.packetfs.transfer.record.TransferRecord.Digests;
import io.packetfs.transfer.record.TransferRecord.Done;
import io.packetfs.transfer.record.TransferRecord.Have;
import io.packetfs.transfer.record.TransferRecord.Malformed;
import io.packetfs.transfer.record.TransferRecord.ManifestPiece;
import io.packetfs.transfer.record.TransferRecord.Need;
import io.packetfs.transfer.record.TransferRecord.Offer;
import io.packetfs.transfer.record.TransferRecord.Refuse;
import io.packetfs.transfer.record.TransferRecord.Result;
import io.packetfs.transfer.record.TransferRecord.ScheduleDone;
import io.packetfs.transfer.record.TransferRecord.Status;
import io.packetfs.transfer.record.TransferRecord.StreamDone;
import io.packetfs.transfer.record.TransferRecord.Stripe;
import io.packetfs.transfer.record.TransferRecord.Stripes;
import io.packetfs.transfer.record.TransferRecord.UnknownVersion;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RecordCodecTest {
    private static final String SHA256 = "0123456789abcdef".repeat(4);

    private static final List<TransferRecord> SAMPLES = List.of(
            new Offer(OfferKind.FILES, VerifyKind.SHA256, 3, 1L << 40, new TransferId(1, -2)),
            new Offer(OfferKind.STREAM, VerifyKind.CRC32C, 0, 0, TransferId.NONE),
            new Offer(OfferKind.SCHEDULE, VerifyKind.CRC32C, 0, 0, TransferId.NONE),
            new ManifestPiece(
                    7,
                    List.of(
                            new ManifestEntry(EntryKind.DIRECTORY, "d\u00fc", "", 0, false, -1),
                            new ManifestEntry(EntryKind.FILE, "d\u00fc/f", "", 5, true, 12),
                            new ManifestEntry(EntryKind.LINK, "d\u00fc/l", "f", 0, false, 0))),
            new Have(List.of(new ByteRange(0, 1), new ByteRange(1 << 20, 1L << 40))),
            new Accept(12, 34, true),
            new Refuse(ResultCode.TARGET_EXISTS, "it is there"),
            new Digests(0, List.of(FileDigest.ofCrc32c(-1), FileDigest.ofCrc32c(2))),
            new Digests(9, List.of(new FileDigest(1, SHA256))),
            new Status(List.of(
                    new EntryStatus(1, EntryStatus.Kind.SKIPPED, ""),
                    new EntryStatus(2, EntryStatus.Kind.RENAMED, "x (1)"))),
            new Done(77),
            new Result(Outcome.PARTIAL, ResultCode.LOCAL_IO, 1, 2, 3, 4, 5, "no space"),
            new StreamDone(5, -3),
            new ScheduleDone(3, 1L << 40, -1),
            new Offer(OfferKind.FILES, VerifyKind.CRC32C, 1, 9, new TransferId(3, 4), 16),
            new Base(13, new DeltaKey(1, -1), new TransferId(5, 6)),
            new Chunks(7, Chunks.NO_BASE_OFFSET, List.of(new AskedChunk(1 << 20, -1, new ChunkTag(1, -2)))),
            new Chunks(
                    1L << 60,
                    0,
                    List.of(new AskedChunk(1, 2, new ChunkTag(1, -2)), new AskedChunk(3, 4, new ChunkTag(1, -2)))),
            new Need(10, List.of(new ByteRange(0, 3), new ByteRange(9, 1))),
            new Need(0, List.of()),
            new Stripes(2, new StripeKey(-1, 7)),
            new Stripe(15, new StripeKey(8, Long.MIN_VALUE)));

    @Test
    void whatIsWrittenIsReadAgain() {
        for (TransferRecord record : SAMPLES) {
            assertThat(decode(RecordEncoder.encode(record))).isEqualTo(record);
        }
    }

    @Test
    void theBytesOfARecordAreThoseOfTheSpecification() {
        assertThat(HexFormat.of().formatHex(RecordEncoder.encode(new Accept(1, 2, true))))
                .isEqualTo("04010000" + "18000000" + "0100000000000000" + "0200000000000000" + "0100000000000000");
        assertThat(HexFormat.of().formatHex(RecordEncoder.encode(new Refuse(ResultCode.BUSY, "no"))))
                .isEqualTo("05010000" + "0a000000" + "0200" + "0200" + "00000000" + "6e6f");
        assertThat(HexFormat.of()
                        .formatHex(RecordEncoder.encode(new ManifestPiece(
                                1, List.of(new ManifestEntry(EntryKind.FILE, "ab", "", 3, true, -1))))))
                .isEqualTo("02010000" + "22000000" + "01000000" + "01000000" + "01010200" + "00000000"
                        + "0300000000000000" + "ffffffffffffffff" + "6162");
    }

    @Test
    void aRecordCutAnywhereIsMalformed() {
        for (TransferRecord record : SAMPLES) {
            byte[] slab = RecordEncoder.encode(record);
            for (int length = 0; length < slab.length; length++) {
                assertThat(RecordDecoder.decode(MemorySegment.ofArray(slab), length))
                        .as("%s cut to %d bytes", record, length)
                        .isInstanceOf(Malformed.class);
            }
        }
    }

    @Test
    void aRecordWithBytesLeftOverIsMalformed() {
        for (TransferRecord record : SAMPLES) {
            byte[] slab = RecordEncoder.encode(record);
            byte[] longer = Arrays.copyOf(slab, slab.length + 1);
            assertThat(decode(longer)).isInstanceOf(Malformed.class);
            longer[4]++; // also when the header counts it
            assertThat(decode(longer)).isInstanceOf(Malformed.class);
        }
    }

    @Test
    void otherVersionsAreToldApart() {
        byte[] slab = RecordEncoder.encode(SAMPLES.getFirst());
        slab[1] = 2;

        assertThat(decode(slab)).isEqualTo(new UnknownVersion(2));
    }

    @Test
    void reservedFieldsAreChecked() {
        assertMalformed("04010100" + "18000000" + "00".repeat(24)); // header
        assertMalformed("04010000" + "18000000" + "00".repeat(16) + "02" + "00".repeat(7)); // flags of ACCEPT
        assertMalformed("03010000" + "18000000" + "01000000" + "01000000" + "00".repeat(8) + "01" + "00".repeat(7));
        assertMalformed("05010000" + "08000000" + "0200" + "0000" + "01000000");
    }

    @Test
    void countsAreHeldAgainstTheBytesThatAreThere() {
        assertMalformed("02010000" + "08000000" + "00000000" + "ffffff7f");
        assertMalformed("02010000" + "08000000" + "00000000" + "00000000");
        assertMalformed("02010000" + "08000000" + "00000000" + "ffffffff");
        assertMalformed("03010000" + "08000000" + "ffffff0f" + "00000000");
        assertMalformed("06010000" + "10000000" + "00000000" + "ffffff7f" + "04000000" + "00000000");
        assertMalformed("07010000" + "08000000" + "ffffff7f" + "00000000");
    }

    @Test
    void rangesThatOverflowAreMalformed() {
        assertMalformed("03010000" + "18000000" + "01000000" + "00000000" + "ffffffffffffff7f" + "0100000000000000");
        assertMalformed("03010000" + "18000000" + "01000000" + "00000000" + "0000000000000000" + "0000000000000000");
    }

    @Test
    void aNeedThatReachesBehindWhatIsDecidedIsMalformed() {
        assertMalformed("0f010000" + "20000000" + "0a00000000000000" + "0100000000000000" + "0900000000000000"
                + "0200000000000000");
        assertMalformed("0f010000" + "20000000" + "0a00000000000000" + "0100000000000000" + "0900000000000000"
                + "ffffffffffffff7f");
    }

    @Test
    void chunksThatAreEmptyOrTooLongOrNotThereAreMalformed() {
        String head = "0e010000" + "30000000" + "00".repeat(8) + "ff".repeat(8);
        assertMalformed(head + "01000000" + "00000000" + "00000000" + "00".repeat(20));
        assertMalformed(head + "01000000" + "00000000" + "01001000" + "00".repeat(20));
        assertMalformed("0e010000" + "18000000" + "00".repeat(24));
        assertMalformed(head + "02000000" + "00000000" + "01000000" + "00".repeat(20));
        assertMalformed(head + "ffffffff" + "00000000" + "01000000" + "00".repeat(20));
    }

    @Test
    void aBaseNamesASizeThatThereIs() {
        for (int size : new int[] {0, 12, 19, 255}) {
            assertMalformed("0d010000" + "28000000" + HexFormat.of().toHexDigits((byte) size) + "00".repeat(39));
        }
    }

    @Test
    void textThatIsNotUtf8IsMalformed() {
        assertMalformed("05010000" + "0a000000" + "0200" + "0200" + "00000000" + "c328");
    }

    @Test
    void aStreamOffersNoFiles() {
        byte[] slab = RecordEncoder.encode(SAMPLES.get(1));
        slab[12] = 1;

        assertThat(decode(slab)).isInstanceOf(Malformed.class);
    }

    @Test
    void aStreamHasOneConnection() {
        byte[] slab = RecordEncoder.encode(SAMPLES.get(1));
        slab[10] = 2;

        assertThat(decode(slab)).isInstanceOf(Malformed.class);
    }

    @Test
    void stripesAreFew() {
        for (int sample : new int[] {SAMPLES.size() - 1, SAMPLES.size() - 2}) {
            byte[] slab = RecordEncoder.encode(SAMPLES.get(sample));
            for (int number : new int[] {0, RecordLimits.STREAMS_MAX + 1, 255}) {
                slab[8] = (byte) number;
                assertThat(decode(slab)).isInstanceOf(Malformed.class);
            }
        }
    }

    @Test
    void longTextsAreCutBetweenCharacters() {
        Refuse cut = (Refuse) decode(RecordEncoder.encode(new Refuse(ResultCode.BUSY, "\u2603".repeat(1_000))));

        assertThat(cut.message()).isEqualTo("\u2603".repeat(RecordLimits.TEXT_BYTES_MAX / 3));
    }

    @Test
    void longListsAreCutIntoRecordsThatFit() {
        List<ManifestEntry> entries = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            entries.add(new ManifestEntry(EntryKind.FILE, "p".repeat(i % 200 + 1) + i, "", i, false, i));
        }

        List<ManifestEntry> read = new ArrayList<>();
        Iterator<TransferRecord> pieces = RecordPieces.ofManifest(entries);
        while (pieces.hasNext()) {
            byte[] slab = RecordEncoder.encode(pieces.next());
            assertThat(slab.length).isLessThanOrEqualTo(RecordLimits.RECORD_BYTES_MAX);
            ManifestPiece piece = (ManifestPiece) decode(slab);
            assertThat(piece.firstEntry()).isEqualTo(read.size());
            read.addAll(piece.entries());
        }

        assertThat(read).isEqualTo(entries);
    }

    @Test
    void aRecordTooLargeToBeOneIsMalformed() {
        MemorySegment slab = MemorySegment.ofArray(new byte[RecordLimits.RECORD_BYTES_MAX + 1]);

        assertThat(RecordDecoder.decode(slab, (int) slab.byteSize())).isInstanceOf(Malformed.class);
    }

    @Test
    void whatIsNoRecordIsNotWritten() {
        assertThatThrownBy(() -> RecordEncoder.encode(new Malformed("x"))).isInstanceOf(IllegalArgumentException.class);
    }

    @Property(tries = 20_000)
    void anyBytesGiveARecordOrMalformed(@ForAll @Size(max = 200) byte[] bytes) {
        if (bytes.length > 1) {
            bytes[0] = (byte) (bytes[0] & 0x0f);
            bytes[1] = RecordLimits.VERSION;
        }
        if (bytes.length >= RecordLimits.HEADER_BYTES) {
            bytes[2] = 0;
            bytes[3] = 0;
            bytes[4] = (byte) (bytes.length - RecordLimits.HEADER_BYTES);
            bytes[5] = 0;
            bytes[6] = 0;
            bytes[7] = 0;
        }
        requireCanonical(bytes);
    }

    @Property(tries = 20_000)
    void aDamagedRecordGivesARecordOrMalformed(
            @ForAll @IntRange(max = 19) int sample, @ForAll @IntRange(max = 500) int position, @ForAll byte value) {
        byte[] slab = RecordEncoder.encode(SAMPLES.get(sample));
        slab[position % slab.length] = value;
        requireCanonical(slab);
    }

    /** Nothing is thrown, and what is taken for a record is written the same way again: no two encodings, nothing ignored. */
    private static void requireCanonical(byte[] slab) {
        TransferRecord record = decode(slab);
        if (!(record instanceof Malformed) && !(record instanceof UnknownVersion)) {
            assertThat(RecordEncoder.encode(record)).isEqualTo(slab);
        }
    }

    private static void assertMalformed(String hex) {
        assertThat(decode(HexFormat.of().parseHex(hex))).isInstanceOf(Malformed.class);
    }

    private static TransferRecord decode(byte[] slab) {
        return RecordDecoder.decode(MemorySegment.ofArray(slab), slab.length);
    }
}
