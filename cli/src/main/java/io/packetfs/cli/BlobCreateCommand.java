package io.packetfs.cli;

import io.packetfs.blob.BlobException;
import io.packetfs.blob.BlobPages;
import io.packetfs.blob.BlobPlaces;
import io.packetfs.blob.SharedBlob;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code pfs-udp blob create}. */
@Command(
        name = "create",
        description = "Makes a blob of zeros, or of the bytes of a seed. What is there already is not touched.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class BlobCreateCommand extends BlobReportCommand {
    @Option(
            names = "--size",
            paramLabel = "BYTES",
            required = true,
            converter = Units.ByteCountConverter.class,
            description = "Such as 4G.")
    private long sizeBytes;

    @Option(
            names = "--pages",
            paramLabel = "auto|1g|2m|thp|small",
            defaultValue = "auto",
            converter = BlobCommand.PagesConverter.class,
            description = "Reserved huge pages, transparent ones, or ordinary ones (default ${DEFAULT-VALUE}).")
    private BlobPages pages;

    @Option(names = "--node", paramLabel = "N", description = "The NUMA node that its memory comes from.")
    private Integer node;

    @Option(names = "--seed", paramLabel = "N", description = "Fill it with the bytes of this seed.")
    private Long seed;

    @Override
    void work(Map<String, Object> report) throws BlobException {
        Path place = BlobPlaces.placeFor(name, sizeBytes, pages);
        try (SharedBlob shared = SharedBlob.create(place, sizeBytes, pages)) {
            if (node != null) {
                say(shared.blob().bindToNode(node));
            }
            if (seed != null) {
                long startNs = System.nanoTime();
                shared.fill(seed, threads);
                rate("fill", sizeBytes, startNs, report);
            }
            describe(shared, report);
        }
    }
}
