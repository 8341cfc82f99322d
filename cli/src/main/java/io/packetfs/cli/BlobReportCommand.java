package io.packetfs.cli;

import io.packetfs.blob.BlobException;
import io.packetfs.blob.BlobHeader;
import io.packetfs.blob.SharedBlob;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What the commands under {@code pfs-udp blob} share. */
abstract class BlobReportCommand extends ReportCommand {
    static final int THREADS_MAX = 256;

    @Parameters(paramLabel = "NAME|PATH", description = "A name, for hugetlbfs or /dev/shm, or a path with a slash.")
    String name;

    @Option(names = "--threads", paramLabel = "N", description = "Threads for long work (default: processors).")
    Integer threads;

    @Override
    protected final String schema() {
        return "pfs-udp.blob/1";
    }

    @Override
    protected final ExitCode run(Map<String, Object> report) throws CommandException {
        if (threads == null) {
            threads = Math.min(THREADS_MAX, Runtime.getRuntime().availableProcessors());
        }
        if (threads < 1 || threads > THREADS_MAX) {
            throw usage("--threads is a count from 1 to " + THREADS_MAX);
        }
        report.put("blob", name);
        try {
            work(report);
            return ExitCode.OK;
        } catch (BlobException e) {
            throw new CommandException(refusal(), "blob", e.getMessage());
        }
    }

    /** What a blob that cannot be had, or is not what it should be, means for this command. */
    ExitCode refusal() {
        return ExitCode.LOCAL_IO;
    }

    abstract void work(Map<String, Object> report) throws BlobException;

    /** Tells of a blob that is open. */
    final void describe(SharedBlob shared, Map<String, Object> report) {
        BlobHeader header = shared.header();
        report.put("path", shared.path().toString());
        report.put("bytes", header.sizeBytes());
        report.put("pages", header.pages().label());
        report.put("pages_reason", shared.blob().reason());
        report.put("identity", header.identity().toString());
        say(shared.path() + ": " + Units.bytes(header.sizeBytes()) + " (" + header.sizeBytes() + " bytes), pages "
                + header.pages().label() + " (" + shared.blob().reason() + "), known by " + header.identity());
    }

    /** Tells how long something took. */
    final void rate(String what, long bytes, long startNs, Map<String, Object> report) {
        double seconds = (System.nanoTime() - startNs) / 1e9;
        report.put(what + "_s", seconds);
        report.put(what + "_bytes_per_s", bytes / seconds);
        say(String.format(Locale.ROOT, "%s: %.2f s, %.2f GB/s", what, seconds, bytes / seconds / 1e9));
    }
}
