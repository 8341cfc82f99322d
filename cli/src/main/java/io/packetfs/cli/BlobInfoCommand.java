package io.packetfs.cli;

import io.packetfs.blob.BlobException;
import io.packetfs.blob.BlobPlaces;
import io.packetfs.blob.SharedBlob;
import io.packetfs.blob.SharedBlob.Access;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code pfs-udp blob info}. */
@Command(
        name = "info",
        description = "Says what a blob is, after the checks that every use begins with.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class BlobInfoCommand extends BlobReportCommand {
    @Override
    void work(Map<String, Object> report) throws BlobException {
        try (SharedBlob shared = SharedBlob.open(BlobPlaces.find(name), Access.READ)) {
            describe(shared, report);
        }
    }
}
