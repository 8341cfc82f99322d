package io.packetfs.cli;

import io.packetfs.blob.BlobException;
import io.packetfs.blob.BlobPlaces;
import io.packetfs.blob.SharedBlob;
import io.packetfs.blob.SharedBlob.Access;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code pfs-udp blob fill}. */
@Command(
        name = "fill",
        description =
                "Fills a blob that nobody has open with the bytes of a seed, also one whose filling was interrupted.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class BlobFillCommand extends BlobReportCommand {
    @Option(names = "--seed", paramLabel = "N", required = true, description = "A number of 64 bits.")
    private long seed;

    @Override
    void work(Map<String, Object> report) throws BlobException {
        try (SharedBlob shared = SharedBlob.open(BlobPlaces.find(name), Access.FILL)) {
            long startNs = System.nanoTime();
            shared.fill(seed, threads);
            rate("fill", shared.header().sizeBytes(), startNs, report);
            describe(shared, report);
        }
    }
}
