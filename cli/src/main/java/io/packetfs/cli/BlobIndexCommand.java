package io.packetfs.cli;

import io.packetfs.blob.BlobException;
import io.packetfs.blob.BlobHeader;
import io.packetfs.blob.BlobPlaces;
import io.packetfs.blob.FileLayout;
import io.packetfs.blob.Sha256;
import io.packetfs.blob.SharedBlob;
import io.packetfs.blob.SharedBlob.Access;
import io.packetfs.blob.SourceException;
import io.packetfs.blob.chunk.ChunkRun;
import io.packetfs.blob.chunk.ChunkScan;
import io.packetfs.blob.chunk.ChunkSizes;
import io.packetfs.blob.chunk.Extent;
import io.packetfs.transfer.Texts;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code pfs-udp blob index}: the chunks of a blob, as delta transfers cut them. */
@Command(
        name = "index",
        description =
                "Cuts a blob into chunks where its content says so, and says how many there are and how much repeats.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class BlobIndexCommand extends BlobReportCommand {
    @Option(
            names = "--average",
            paramLabel = "LOG2",
            description = "The binary logarithm of the chunks' average length, 13 to 18 (default: by the blob's size).")
    private Integer averageLog2;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write a line for each chunk: offset, length, SHA-256.")
    private Path listing;

    private final Set<String> seen = new HashSet<>();
    private long chunks;
    private long repeatedBytes;

    @Override
    void work(Map<String, Object> report) throws BlobException {
        if (averageLog2 != null
                && (averageLog2 < ChunkSizes.AVERAGE_LOG2_MIN || averageLog2 > ChunkSizes.AVERAGE_LOG2_MAX)) {
            throw usage("--average is " + ChunkSizes.AVERAGE_LOG2_MIN + " to " + ChunkSizes.AVERAGE_LOG2_MAX);
        }
        try (SharedBlob shared = SharedBlob.open(BlobPlaces.find(name), Access.READ);
                Writer lines = listing == null ? Writer.nullWriter() : Files.newBufferedWriter(listing)) {
            describe(shared, report);
            long startNs = System.nanoTime();
            index(shared, lines);
            report.put("chunks", chunks);
            report.put("chunks_distinct", seen.size());
            report.put("bytes_repeated", repeatedBytes);
            say(String.format(
                    Locale.ROOT,
                    "%d chunks, %d of them distinct; %s are repetitions",
                    chunks,
                    seen.size(),
                    Units.bytes(repeatedBytes)));
            rate("index", shared.header().sizeBytes(), startNs, report);
        } catch (IOException e) {
            throw new BlobException("cannot write " + listing + ": " + Texts.reason(e), e);
        } catch (SourceException e) {
            throw new BlobException(e.getMessage(), e);
        }
    }

    private void index(SharedBlob shared, Writer lines) throws IOException {
        long sizeBytes = shared.header().sizeBytes();
        FileLayout layout = FileLayout.of(shared.path(), Files.size(shared.path()));
        List<Extent> data = List.of(new Extent(BlobHeader.DATA_OFFSET, sizeBytes));
        ChunkSizes sizes = averageLog2 == null ? ChunkSizes.forContent(sizeBytes) : new ChunkSizes(averageLog2);
        try (ExecutorService workers = Executors.newFixedThreadPool(threads);
                ChunkScan scan = new ChunkScan(layout, data, sizes, null, workers, threads)) {
            for (ChunkRun run = scan.next(); run != null; run = scan.next()) {
                for (int i = 0; i < run.count(); i++) {
                    long offset = run.offset(i) - BlobHeader.DATA_OFFSET;
                    note(shared, offset, run.length(i), lines);
                }
            }
        }
    }

    private void note(SharedBlob shared, long offset, int length, Writer lines) throws IOException {
        String digest = HexFormat.of().formatHex(Sha256.of(shared.blob(), offset, length));
        chunks++;
        if (!seen.add(digest)) {
            repeatedBytes += length;
        }
        lines.write(offset + " " + length + " " + digest + "\n");
    }
}
