package io.packetfs.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packetfs.blob.SharedBlob.Access;
import io.packetfs.linux.Linux;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedBlobTest {
    private static final long SIZE = (5 << 20) + 3;
    private static final long SEED = 42;

    @TempDir
    private Path folder;

    private Path path;

    @BeforeEach
    void name() {
        path = folder.resolve("a.blob");
    }

    @Test
    void isTheSameAfterARestart() throws BlobException {
        String digest = filled();

        try (SharedBlob again = SharedBlob.open(path, Access.READ)) {
            assertThat(again.header().identity()).hasToString("seed:000000000000002a");
            assertThat(again.blob().sizeBytes()).isEqualTo(SIZE);
            assertThat(BlobDigest.CRC32C.hex(again.blob().memory(), 2)).isEqualTo(digest);
            again.verify(2);
            again.require(BlobIdentity.ofSeed(SEED), SIZE);
        }
    }

    @Test
    void aSecondProcessReadsTheSameBytesAtTheSameTime() throws Exception {
        String digest = filled();

        try (SharedBlob here = SharedBlob.open(path, Access.READ);
                OtherProcess other = OtherProcess.open(path, Access.READ)) {
            assertThat(other.says()).isEqualTo("open, crc32c " + digest);
            assertThat(BlobDigest.CRC32C.hex(here.blob().memory(), 1)).isEqualTo(digest);
        }
    }

    @Test
    void whatOneProcessWritesTheOtherReads() throws Exception {
        try (SharedBlob here = SharedBlob.create(path, SIZE, BlobPages.AUTO);
                OtherProcess other = OtherProcess.open(path, Access.WRITE)) {
            assertThat(other.says()).startsWith("open");
            assertThat(here.blob().memory().get(ValueLayout.JAVA_BYTE, 1_000)).isEqualTo((byte) 77);
            assertThatThrownBy(() -> here.fill(SEED, 1)).hasMessageContaining("is open in another process");
        }
    }

    @Test
    void aKnownBlobIsNotWrittenWhileAnotherProcessHasItOpen() throws Exception {
        filled();

        try (SharedBlob here = SharedBlob.open(path, Access.READ);
                OtherProcess other = OtherProcess.open(path, Access.WRITE)) {
            assertThat(other.says()).isEqualTo(path + " is open in another process");
            assertThat(here.header().identity()).isEqualTo(BlobIdentity.ofSeed(SEED));
        }
        try (SharedBlob here = SharedBlob.open(path, Access.READ)) {
            here.verify(1);
        }
    }

    @Test
    void aBlobInMemoryIsFoundByAnotherProcess() throws Exception {
        assumeTrue(Linux.isAvailable(), Linux.unavailabilityCause());
        try (SharedBlob here = SharedBlob.inMemory("pfs-test", SIZE, BlobPages.AUTO)) {
            here.fill(SEED, 2);
            try (OtherProcess other = OtherProcess.open(here.path(), Access.READ)) {
                assertThat(other.says())
                        .isEqualTo("open, crc32c "
                                + BlobDigest.CRC32C.hex(here.blob().memory(), 1));
            }
        }
    }

    @Test
    void openingToWriteForgetsWhatTheBlobWasKnownBy() throws BlobException {
        filled();

        SharedBlob.open(path, Access.WRITE).close();

        try (SharedBlob again = SharedBlob.open(path, Access.READ)) {
            assertThat(again.header().identity()).isEqualTo(BlobIdentity.NONE);
            assertThatThrownBy(() -> again.verify(1)).hasMessageContaining("known by nothing");
        }
    }

    @Test
    void aSealedBlobIsKnownByItsDigest() throws BlobException {
        try (SharedBlob shared = SharedBlob.create(path, SIZE, BlobPages.AUTO)) {
            shared.blob().write(0, new byte[] {1, 2, 3}, 0, 3);
            shared.seal();
        }
        try (SharedBlob again = SharedBlob.open(path, Access.READ)) {
            assertThat(again.header().identity().kind()).isEqualTo(BlobIdentity.Kind.SHA256);
            again.verify(1);
        }
    }

    @Test
    void takesOverTheContentOfAFileOrSaysWhyNot() throws BlobException, IOException {
        Path content = path.resolveSibling("content");
        Files.write(content, new byte[] {1, 2, 3});
        filled();
        try (SharedBlob shared = SharedBlob.open(path, Access.FILL)) {
            shared.load(content);
            assertThat(shared.header().identity().kind()).isEqualTo(BlobIdentity.Kind.SHA256);
            assertThat(shared.blob().memory().get(ValueLayout.JAVA_BYTE, 2)).isEqualTo((byte) 3);
            assertThat(shared.blob().memory().get(ValueLayout.JAVA_BYTE, 3)).isZero();
            shared.verify(1);

            Files.write(content, new byte[(int) shared.header().sizeBytes() + 1]);
            assertThatThrownBy(() -> shared.load(content)).hasMessageContaining("more than the");
            assertThatThrownBy(() -> shared.load(path.resolveSibling("missing")))
                    .hasMessageContaining("missing");
            shared.verify(1);
        }
    }

    @Test
    void onlyOnePartOfAProcessOpensAFile() throws BlobException {
        filled();
        try (SharedBlob first = SharedBlob.open(path, Access.READ)) {
            assertThatThrownBy(() -> SharedBlob.open(path, Access.READ))
                    .hasMessage(path + " is open in this process already");
            assertThat(first.header().complete()).isTrue();
        }
        SharedBlob.open(path, Access.READ).close();
    }

    @Test
    void aTruncatedBlobIsRefused() throws Exception {
        filled();
        long whole = Files.size(path);
        truncate(whole - 4_096);

        assertThatThrownBy(() -> SharedBlob.open(path, Access.READ))
                .isInstanceOf(BlobException.class)
                .hasMessage(path + " is truncated: " + (whole - 4_096) + " bytes instead of " + whole);

        truncate(100);
        assertThatThrownBy(() -> SharedBlob.open(path, Access.READ))
                .hasMessage(path + " is no blob: a file of 100 bytes has no room for a header");
    }

    @Test
    void aForeignFileIsRefused() throws IOException {
        Files.write(path, new byte[8_192]);

        assertThatThrownBy(() -> SharedBlob.open(path, Access.READ))
                .hasMessage(path + " is no blob: it does not start with PFSBLOB");
        assertThatThrownBy(() -> SharedBlob.open(folder, Access.READ)).hasMessage(folder + " is no file");
        assertThatThrownBy(() -> SharedBlob.open(folder.resolve("none"), Access.READ))
                .hasMessageStartingWith("there is no blob ");
    }

    @Test
    void anotherBlobThanTheOneAgreedOnIsRefused() throws BlobException {
        filled();
        try (SharedBlob shared = SharedBlob.open(path, Access.READ)) {
            assertThatThrownBy(() -> shared.require(BlobIdentity.ofSeed(43), SIZE))
                    .hasMessage(path + " is another blob: " + SIZE + " bytes of seed:000000000000002a instead of "
                            + SIZE + " bytes of seed:000000000000002b");
        }
    }

    @Test
    void bytesOfSomethingElseAreNoticedAtOnceAndAChangedByteByVerifying() throws Exception {
        filled();
        overwrite(BlobHeader.DATA_OFFSET + 1_000, new byte[] {0});
        try (SharedBlob shared = SharedBlob.open(path, Access.READ)) {
            assertThatThrownBy(() -> shared.verify(2)).hasMessageContaining("the byte at 1000 is 0x00, and seed:");
        }

        overwrite(BlobHeader.DATA_OFFSET, new byte[1 << 20]);
        assertThatThrownBy(() -> SharedBlob.open(path, Access.READ))
                .hasMessageContaining("does not hold what it is known by");
    }

    @Test
    void aDamagedHeaderIsRefusedWhicheverByteIsDamaged() throws Exception {
        filled();
        byte[] header = new byte[BlobHeader.BYTES];
        try (FileChannel channel = FileChannel.open(path)) {
            channel.read(ByteBuffer.wrap(header));
        }
        for (int at = 0; at < header.length; at += at < 80 ? 1 : 97) {
            overwrite(at, new byte[] {(byte) ~header[at]});
            assertThatThrownBy(() -> SharedBlob.open(path, Access.READ)).isInstanceOf(BlobException.class);
            overwrite(at, new byte[] {header[at]});
        }
        SharedBlob.open(path, Access.READ).close();
    }

    @Test
    void fillingThatWasInterruptedIsRefusedUntilItIsDoneAgain() throws Exception {
        filled();
        byte[] header = new byte[BlobHeader.BYTES];
        BlobHeader.of(SIZE, BlobPages.ORDINARY, false, BlobIdentity.NONE).write(MemorySegment.ofArray(header));
        overwrite(0, header);

        assertThatThrownBy(() -> SharedBlob.open(path, Access.READ))
                .hasMessage(path + " is not complete: filling it was interrupted; fill it again");
        try (SharedBlob shared = SharedBlob.open(path, Access.FILL)) {
            shared.fill(SEED, 1);
        }
        SharedBlob.open(path, Access.READ).close();
    }

    @Test
    void whatExistsIsNotOverwrittenAndWhatFailsLeavesNothing() throws Exception {
        filled();
        assertThatThrownBy(() -> SharedBlob.create(path, SIZE, BlobPages.AUTO)).hasMessage(path + " exists already");

        Path large = folder.resolve("large");
        assertThatThrownBy(() -> SharedBlob.create(large, 1L << 45, BlobPages.AUTO))
                .isInstanceOf(BlobException.class);
        assertThat(large).doesNotExist();
    }

    @Test
    void namesAreLookedForAndPathsAreTakenAsTheyAre() throws BlobException {
        assertThat(BlobPlaces.find(path.toString())).isEqualTo(path);
        assertThat(BlobPlaces.placeFor("pfs-none-such", 1 << 20, BlobPages.AUTO))
                .hasFileName("pfs-none-such.blob");
        assertThatThrownBy(() -> BlobPlaces.find("pfs-none-such")).hasMessageContaining("/dev/shm");
        assertThatThrownBy(() -> BlobPlaces.find("..")).hasMessageContaining("is no name of a blob");
    }

    private String filled() throws BlobException {
        try (SharedBlob shared = SharedBlob.create(path, SIZE, BlobPages.AUTO)) {
            shared.fill(SEED, 2);
            return BlobDigest.CRC32C.hex(shared.blob().memory(), 1);
        }
    }

    private void truncate(long bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.truncate(bytes);
        }
    }

    private void overwrite(long offset, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes), offset);
        }
    }
}
