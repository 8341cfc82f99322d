package io.packetfs.blob;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Trees of random files beside one flat array: the same operations have to give the same bytes. */
class TreeTwinTest {
    private static final int PIECE_BYTES_MAX = 60_000;

    @Property(tries = 60)
    void aLandingKeepsWhatAFlatArrayKeeps(@ForAll("sizes") List<Integer> sizes, @ForAll long seed) throws IOException {
        Path folder = Trees.newFolder();
        Random random = new Random(seed);
        FileLayout layout = Trees.layout(folder, sizes);
        byte[] content = Trees.randomBytes(random, layout.sizeBytes());
        int[] pieces = shuffledABit(random, borders(random, content.length));

        try (TreeLanding landing = TreeLanding.open(layout, 1 + random.nextInt(20))) {
            for (int i = 0; i < pieces.length; i += 2) {
                int start = pieces[i];
                int length = pieces[i + 1] - start;
                landing.write(start, content, start, length);
                if (random.nextInt(4) == 0) {
                    assertDigest(landing, content, start, length);
                }
                if (random.nextInt(50) == 0) {
                    landing.flush();
                }
            }
            for (int i = 0; i < 5; i++) {
                int start = random.nextInt(content.length + 1);
                assertDigest(landing, content, start, random.nextInt(content.length - start + 1));
            }
            for (int file = 0; file < layout.fileCount(); file++) {
                landing.complete(file);
            }
        }

        for (int file = 0; file < layout.fileCount(); file++) {
            assertThat(Files.readAllBytes(layout.path(file))).isEqualTo(Trees.contentOf(layout, content, file));
        }
        Trees.delete(folder);
    }

    @Property(tries = 60)
    void aSourceGivesWhatAFlatArrayGives(@ForAll("sizes") List<Integer> sizes, @ForAll long seed) throws IOException {
        Path folder = Trees.newFolder();
        Random random = new Random(seed);
        FileLayout layout = Trees.layout(folder, sizes);
        byte[] content = Trees.randomBytes(random, layout.sizeBytes());
        for (int file = 0; file < layout.fileCount(); file++) {
            Files.write(layout.path(file), Trees.contentOf(layout, content, file));
        }

        try (TreeSource source = new TreeSource(layout)) {
            assertThat(source.sizeBytes()).isEqualTo(content.length);
            byte[] packet = new byte[PIECE_BYTES_MAX + 7];
            int[] pieces = shuffledABit(random, borders(random, content.length));
            for (int i = 0; i < pieces.length; i += 2) {
                int start = pieces[i];
                int length = pieces[i + 1] - start;
                source.read(start, packet, 7, length);
                assertThat(Arrays.mismatch(packet, 7, 7 + length, content, start, start + length))
                        .isEqualTo(-1);
                if (random.nextInt(10) == 0) {
                    assertDigest(source, content, start, length);
                }
            }
            assertThat(Crc32c.of(source, 0, content.length)).isEqualTo(crc(content, 0, content.length));
        }
        Trees.delete(folder);
    }

    @Provide
    Arbitrary<List<Integer>> sizes() {
        return Trees.sizes();
    }

    /** Starts and ends by turns of pieces that cover everything. */
    private static int[] borders(Random random, int length) {
        int[] borders = new int[64];
        int count = 0;
        for (int start = 0; start < length; ) {
            int end = Math.min(length, start + 1 + random.nextInt(random.nextInt(PIECE_BYTES_MAX) + 1));
            if (count == borders.length) {
                borders = Arrays.copyOf(borders, 2 * count);
            }
            borders[count++] = start;
            borders[count++] = end;
            start = end;
        }
        return Arrays.copyOf(borders, count);
    }

    /** Some pieces change places with others, near and far: what reordering and repair do. */
    private static int[] shuffledABit(Random random, int[] pieces) {
        int count = pieces.length / 2;
        for (int i = 0; i < count; i++) {
            if (random.nextInt(5) == 0) {
                int other = random.nextInt(count);
                for (int side = 0; side < 2; side++) {
                    int kept = pieces[2 * i + side];
                    pieces[2 * i + side] = pieces[2 * other + side];
                    pieces[2 * other + side] = kept;
                }
            }
        }
        return pieces;
    }

    private static void assertDigest(Landing landing, byte[] content, int start, int length) {
        CRC32C digest = new CRC32C();
        landing.updateDigest(digest, start, length);
        assertThat((int) digest.getValue()).isEqualTo(crc(content, start, length));
    }

    private static void assertDigest(BlobSource source, byte[] content, int start, int length) {
        CRC32C digest = new CRC32C();
        source.updateDigest(digest, start, length);
        assertThat((int) digest.getValue()).isEqualTo(crc(content, start, length));
    }

    private static int crc(byte[] content, int start, int length) {
        CRC32C digest = new CRC32C();
        digest.update(content, start, length);
        return (int) digest.getValue();
    }
}
