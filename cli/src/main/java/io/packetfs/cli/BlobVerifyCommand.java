package io.packetfs.cli;

import io.packetfs.blob.BlobDigest;
import io.packetfs.blob.BlobException;
import io.packetfs.blob.BlobIdentity;
import io.packetfs.blob.BlobIdentity.Kind;
import io.packetfs.blob.BlobPlaces;
import io.packetfs.blob.SharedBlob;
import io.packetfs.blob.SharedBlob.Access;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code pfs-udp blob verify}. */
@Command(
        name = "verify",
        description = "Reads a blob and compares it with what it is known by; computes digests.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class BlobVerifyCommand extends BlobReportCommand {
    @Option(
            names = "--expect",
            paramLabel = "IDENTITY",
            description = "Refuse a blob that is not known by this, such as seed:000000000000002a.")
    private String expected;

    @Option(
            names = "--digest",
            paramLabel = "NAME",
            split = ",",
            description = "Print digests, too: any of crc32c, fnv1a64, xxh3, sha256.")
    private List<String> digests = List.of();

    @Override
    ExitCode refusal() {
        return ExitCode.INTEGRITY;
    }

    @Override
    void work(Map<String, Object> report) throws BlobException {
        List<BlobDigest> wanted = digests.stream().map(this::digest).toList();
        BlobIdentity identity = expected == null ? null : identity(expected);
        try (SharedBlob shared = SharedBlob.open(BlobPlaces.find(name), Access.READ)) {
            describe(shared, report);
            if (identity != null) {
                shared.require(identity, shared.header().sizeBytes());
            }
            if (shared.header().identity().kind() != Kind.NONE) {
                long startNs = System.nanoTime();
                shared.verify(threads);
                rate("verify", shared.header().sizeBytes(), startNs, report);
            } else if (wanted.isEmpty()) {
                shared.verify(threads); // which says that there is nothing to compare with
            }
            for (BlobDigest digest : wanted) {
                long startNs = System.nanoTime();
                String hex = digest.hex(shared.blob().memory(), threads);
                report.put(digest.label(), hex);
                say(digest.label() + " " + hex);
                rate(digest.label(), shared.header().sizeBytes(), startNs, report);
            }
        }
    }

    private BlobIdentity identity(String text) {
        try {
            return BlobIdentity.parse(text);
        } catch (IllegalArgumentException e) {
            throw usage("--expect: " + e.getMessage());
        }
    }

    private BlobDigest digest(String label) {
        for (BlobDigest digest : BlobDigest.values()) {
            if (digest.label().equals(label) && digest.isAvailable()) {
                return digest;
            }
        }
        throw usage("--digest: '" + label + "' is none of crc32c, fnv1a64, xxh3, sha256");
    }
}
