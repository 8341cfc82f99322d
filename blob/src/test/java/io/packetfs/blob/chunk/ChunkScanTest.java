package io.packetfs.blob.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packetfs.blob.FileLayout;
import io.packetfs.blob.SourceException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChunkScanTest {
    private static final ChunkSizes SIZES = new ChunkSizes(13);
    private static final byte[] KEY = "sixteen bytes ok".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    private Path folder;

    private record Chunk(long offset, int length, int crc32c, ChunkTag tag) {}

    @Test
    void chunksAreTheSameWithAnyNumberOfThreads() throws IOException {
        FileLayout layout = layout(0, 75_000_000, 1, 0, 40_000_000, 5_000);
        List<Chunk> alone = new ArrayList<>();
        try (ChunkScan scan = new ChunkScan(layout, ChunkScan.all(layout), SIZES, KEY)) {
            addAll(alone, scan);
            assertThat(scan.recutCount()).isZero();
        }

        try (ExecutorService pool = Executors.newFixedThreadPool(3);
                ChunkScan scan = new ChunkScan(layout, ChunkScan.all(layout), SIZES, KEY, pool, 3)) {
            List<Chunk> together = new ArrayList<>();
            addAll(together, scan);

            assertThat(together).isEqualTo(alone);
            assertThat(scan.recutCount()).isBetween(1L, 60L);
        }
    }

    @Test
    void contentWithoutAnyBoundaryIsCutTheSameByManyThreads() throws IOException {
        Path file = Files.write(folder.resolve("zeros"), new byte[40_000_001]);
        FileLayout layout = FileLayout.of(file, 40_000_001);
        List<Chunk> together = new ArrayList<>();
        try (ChunkScan scan =
                new ChunkScan(layout, List.of(new Extent(1, 40_000_000)), SIZES, null, Runnable::run, 2)) {
            // The second part begins where no chunk does.
            addAll(together, scan);
        }

        List<Chunk> alone = new ArrayList<>();
        try (ChunkScan scan = new ChunkScan(layout, List.of(new Extent(1, 40_000_000)), SIZES, null)) {
            addAll(alone, scan);
        }
        assertThat(together).isEqualTo(alone);
    }

    @Test
    void theChunksOfAFileAreItsContentAndCarryItsChecksumsAndTags() throws IOException {
        FileLayout layout = layout(700_000, 300_000);
        byte[] all = new byte[1_000_000];
        System.arraycopy(Files.readAllBytes(layout.path(0)), 0, all, 0, 700_000);
        System.arraycopy(Files.readAllBytes(layout.path(1)), 0, all, 700_000, 300_000);
        ChunkTagger tagger = new ChunkTagger(KEY, SIZES.maxBytes());
        List<Chunk> chunks = new ArrayList<>();

        try (ChunkScan scan = new ChunkScan(layout, ChunkScan.all(layout), SIZES, KEY)) {
            addAll(chunks, scan);
        }

        long position = 0;
        for (Chunk chunk : chunks) {
            assertThat(chunk.offset()).isEqualTo(position);
            CRC32C crc = new CRC32C();
            crc.update(all, (int) position, chunk.length());
            assertThat(chunk.crc32c()).isEqualTo((int) crc.getValue());
            assertThat(chunk.tag()).isEqualTo(tagger.tag(position, all, (int) position, chunk.length()));
            position += chunk.length();
        }
        assertThat(position).isEqualTo(1_000_000);
        assertThat(chunks).anySatisfy(chunk -> assertThat(chunk.offset()).isEqualTo(700_000));
    }

    @Test
    void aFileThatIsNotWhatItWasIsLeftOutAndTheScanGoesOn() throws IOException {
        FileLayout layout = layout(300_000, 300_000, 20_000);
        Files.write(layout.path(0), new byte[50_000]);

        try (ChunkScan scan = new ChunkScan(layout, ChunkScan.all(layout), SIZES, null, Runnable::run, 2)) {
            assertThatThrownBy(scan::next)
                    .isInstanceOf(SourceException.class)
                    .hasMessageContaining("changed while it was read");
            // The next lies in part where the first one does, and is read together with it.
            assertThatThrownBy(scan::next).isInstanceOf(SourceException.class);
            List<Chunk> rest = new ArrayList<>();
            addAll(rest, scan);
            assertThat(rest.getFirst().offset()).isEqualTo(600_000);
            assertThat(rest.stream().mapToInt(Chunk::length).sum()).isEqualTo(20_000);
        }
    }

    private FileLayout layout(int... sizes) throws IOException {
        List<Path> paths = new ArrayList<>();
        for (int i = 0; i < sizes.length; i++) {
            byte[] content = new byte[sizes[i]];
            new SplittableRandom(i).nextBytes(content);
            paths.add(Files.write(folder.resolve("file" + i), content));
        }
        return new FileLayout(paths, Arrays.stream(sizes).asLongStream().toArray());
    }

    private static void addAll(List<Chunk> chunks, ChunkScan scan) {
        for (ChunkRun run = scan.next(); run != null; run = scan.next()) {
            for (int i = 0; i < run.count(); i++) {
                chunks.add(new Chunk(run.offset(i), run.length(i), run.crc32c(i), run.tag(i)));
            }
        }
    }
}
