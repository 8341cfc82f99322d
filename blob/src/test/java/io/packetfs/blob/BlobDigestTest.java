package io.packetfs.blob;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlobDigestTest {
    /** CRC-32C: RFC 3720's check value; FNV-1a: RFC 9923; XXH3: the reference implementation; SHA-256: FIPS 180-4. */
    @ParameterizedTest
    @CsvSource({
        "CRC32C, '', 00000000",
        "CRC32C, 123456789, e3069283",
        "FNV1A64, '', cbf29ce484222325",
        "FNV1A64, a, af63dc4c8601ec8c",
        "FNV1A64, foobar, 85944171f73967e8",
        "XXH3_64, '', 2d06800538d394c2",
        "XXH3_64, abc, 78af5f94892f3950",
        "SHA256, '', e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "SHA256, abc, ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    })
    void digestsAreThePublishedOnes(BlobDigest digest, String text, String expected) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);

        assertThat(digest.hex(MemorySegment.ofArray(bytes), 1)).isEqualTo(expected);
    }

    @Test
    void threadsShareAChecksumThatIsTheSameAsOnes() throws BlobException {
        try (Blob blob = Blob.anonymous((130L << 20) + 17, BlobPages.AUTO)) {
            SeededBytes.fill(blob.memory(), 5, 2);
            CRC32C expected = new CRC32C();
            expected.update(blob.memory().asByteBuffer());

            String shared = BlobDigest.CRC32C.hex(blob.memory(), 3);

            assertThat(shared).isEqualTo(HexFormat.of().toHexDigits((int) expected.getValue()));
            assertThat(BlobDigest.CRC32C.hex(blob.memory(), 1)).isEqualTo(shared);
        }
    }

    @Test
    void memoryBesideTheHeapHasTheDigestsOfItsBytes() throws BlobException {
        byte[] bytes = new byte[300_001];
        SeededBytes.fill(MemorySegment.ofArray(bytes), 3, 8);
        try (Blob blob = Blob.anonymous(bytes.length, BlobPages.AUTO)) {
            blob.write(0, bytes, 0, bytes.length);

            for (BlobDigest digest : BlobDigest.values()) {
                assertThat(digest.of(blob.memory(), 2))
                        .as(digest.label())
                        .isEqualTo(digest.of(MemorySegment.ofArray(bytes), 1));
            }
        }
    }
}
