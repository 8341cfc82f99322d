package io.packetfs.cli;

import io.packetfs.blob.BlobException;
import io.packetfs.blob.BlobPlaces;
import io.packetfs.blob.SharedBlob;
import io.packetfs.blob.SharedBlob.Access;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code pfs-udp blob fill}. */
@Command(
        name = "fill",
        description =
                "Fills a blob that nobody has open with the bytes of a seed or a file, by which it is known then; also one whose filling was interrupted.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class BlobFillCommand extends BlobReportCommand {
    /** One of both. */
    private static final class Content {
        @Option(
                names = "--seed",
                paramLabel = "N",
                required = true,
                description = "The bytes of this number of 64 bits.")
        private Long seed;

        @Option(names = "--from", paramLabel = "FILE", required = true, description = "The content of this file.")
        private Path file;
    }

    @ArgGroup(multiplicity = "1")
    private Content content;

    @Override
    void work(Map<String, Object> report) throws BlobException {
        try (SharedBlob shared = SharedBlob.open(BlobPlaces.find(name), Access.FILL)) {
            long startNs = System.nanoTime();
            if (content.seed != null) {
                shared.fill(content.seed, threads);
            } else {
                shared.load(content.file);
            }
            rate("fill", shared.header().sizeBytes(), startNs, report);
            describe(shared, report);
        }
    }
}
