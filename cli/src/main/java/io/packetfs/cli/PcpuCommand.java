package io.packetfs.cli;

import io.packetfs.blob.Blob;
import io.packetfs.blob.BlobException;
import io.packetfs.blob.BlobPages;
import io.packetfs.blob.BlobPlaces;
import io.packetfs.blob.SharedBlob;
import io.packetfs.blob.SharedBlob.Access;
import io.packetfs.pcpu.Pcpu;
import io.packetfs.pcpu.Program;
import io.packetfs.pcpu.RefusedException;
import io.packetfs.pcpu.Results;
import io.packetfs.pcpu.RunLimits;
import io.packetfs.pcpu.Schedule;
import io.packetfs.pcpu.Task;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code pfs-udp pcpu}: a program over a blob, and how fast it is beside plain loops and beside memory. */
@Command(
        name = "pcpu",
        description = {
            "Runs a program over the descriptors of a blob and says what it found, and how fast.",
            "Operations: xor:N, add:N, counteq:N, sum, min, max, histogram, crc32c, fnv1a64, copy, gather."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class PcpuCommand extends ReportCommand {
    private static final int ROUNDS_MAX = 1_000;

    /** The order in which descriptors are worked on. */
    enum Order {
        CONTIGUOUS,
        SCATTER
    }

    @Option(
            names = "--program",
            paramLabel = "TEXT",
            required = true,
            description =
                    "Operations in the order in which each descriptor's bytes go through them, such as xor:255,add:7,counteq:0.")
    private String text;

    @Option(
            names = "--blob",
            paramLabel = "NAME|PATH",
            description = "A blob that pfs-udp blob made (default: memory of this process, filled from --seed).")
    private String name;

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            defaultValue = "1G",
            converter = Units.ByteCountConverter.class,
            description = "How much memory without --blob (default ${DEFAULT-VALUE}).")
    private long sizeBytes;

    @Option(
            names = "--pages",
            paramLabel = "auto|1g|2m|thp|small",
            defaultValue = "auto",
            converter = BlobCommand.PagesConverter.class,
            description = "Its pages without --blob (default ${DEFAULT-VALUE}).")
    private BlobPages pages;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "42",
            description = "Its content, and the order of scatter.")
    private long seed;

    @Option(
            names = "--schedule",
            paramLabel = "contiguous|scatter",
            defaultValue = "contiguous",
            description =
                    "Descriptors from first to last, or in an order drawn by the seed (default ${DEFAULT-VALUE}).")
    private Order order;

    @Option(
            names = "--segment",
            paramLabel = "BYTES",
            defaultValue = "4096",
            description = "Length of each descriptor (default ${DEFAULT-VALUE}).")
    private int segmentBytes;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Workers, and threads of the loops beside them (default: processors).")
    private Integer threads;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "7",
            description = "Measured rounds (default ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--write",
            description =
                    "Change --blob, which then is known by nothing; the program runs once and nothing is compared.")
    private boolean write;

    @Override
    protected String schema() {
        return "pfs-udp.pcpu/1";
    }

    @Override
    protected ExitCode run(Map<String, Object> report) throws CommandException {
        if (threads == null) {
            threads = Math.min(Pcpu.WORKERS_MAX, Runtime.getRuntime().availableProcessors());
        }
        if (threads < 1 || threads > Pcpu.WORKERS_MAX) {
            throw usage("--threads is a count from 1 to " + Pcpu.WORKERS_MAX);
        }
        if (rounds < 1 || rounds > ROUNDS_MAX || segmentBytes < 1) {
            throw usage("--rounds is a count from 1 to " + ROUNDS_MAX + ", --segment is at least 1");
        }
        if (write && name == null) {
            throw usage("--write is for --blob");
        }
        try {
            Program program = Program.parse(text);
            report.put("program", program.toString());
            if (name == null) {
                try (Blob blob = Blob.anonymous(sizeBytes, pages)) {
                    blob.prefault(threads);
                    compare(program, blob, true, report);
                }
            } else {
                runOnShared(program, report);
            }
            return ExitCode.OK;
        } catch (RefusedException e) {
            throw new CommandException(
                    ExitCode.REFUSED, "refused_" + e.reason().name().toLowerCase(Locale.ROOT), e.getMessage());
        } catch (BlobException e) {
            throw new CommandException(ExitCode.LOCAL_IO, "blob", e.getMessage());
        }
    }

    private void runOnShared(Program program, Map<String, Object> report)
            throws BlobException, RefusedException, CommandException {
        if (program.changesBytes() && !write) {
            throw new CommandException(
                    ExitCode.REFUSED,
                    "refused_read_only",
                    program + " changes bytes: --write allows it to change " + name);
        }
        try (SharedBlob shared = SharedBlob.open(BlobPlaces.find(name), write ? Access.WRITE : Access.READ)) {
            report.put("blob", shared.path().toString());
            if (write) {
                runOnce(program, shared.blob(), report);
            } else {
                compare(program, shared.blob(), false, report);
            }
        }
    }

    private void runOnce(Program program, Blob blob, Map<String, Object> report)
            throws BlobException, RefusedException {
        describe(blob, report);
        try (Blob target = target(program, blob);
                Pcpu pcpu = new Pcpu(threads, true)) {
            Task task = admit(program, schedule(blob), blob, target);
            long startNs = System.nanoTime();
            Results results = pcpu.run(task);
            double rate = results.bytes() / ((System.nanoTime() - startNs) / 1e9);
            report.put("bytes", results.bytes());
            report.put("bytes_per_s", rate);
            say(String.format(Locale.ROOT, "%s over %s: %.2f GB/s", program, Units.bytes(results.bytes()), rate / 1e9));
            tell(results, report);
        }
    }

    private void compare(Program program, Blob blob, boolean own, Map<String, Object> report)
            throws BlobException, RefusedException, CommandException {
        describe(blob, report);
        try (Blob target = target(program, blob)) {
            Schedule schedule = schedule(blob);
            Task task = admit(program, schedule, blob, target);
            List<Task> single = new ArrayList<>();
            for (var operation : program.operations()) {
                single.add(admit(Program.of(List.of(operation)), schedule, blob, target));
            }
            PcpuComparison comparison = new PcpuComparison(blob.memory(), task, single, threads);
            say(program + " over " + task.schedule().count() + " descriptors of " + segmentBytes + " bytes, "
                    + order.name().toLowerCase(Locale.ROOT) + ", " + threads + (threads == 1 ? " thread" : " threads"));
            Results results = own ? comparison.check(seed) : comparison.check();
            List<PcpuComparison.Line> lines = comparison.measure(rounds);
            report.put("bytes", results.bytes());
            report.put("bytes_written", program.changesBytes() ? results.bytes() : 0);
            report.put("descriptors", task.schedule().count());
            report.put("segment_bytes", segmentBytes);
            report.put("schedule", order.name().toLowerCase(Locale.ROOT));
            report.put("threads", threads);
            report.put("rounds", rounds);
            report.put("lines", lines.stream().map(PcpuComparison.Line::tree).toList());
            lines.forEach(line -> say(line.text()));
            tell(results, report);
        } catch (PcpuComparison.DisagreementException e) {
            throw new CommandException(ExitCode.INTEGRITY, "disagreement", e.getMessage());
        }
    }

    private Schedule schedule(Blob blob) throws RefusedException {
        return order == Order.SCATTER
                ? Schedule.scatter(blob.sizeBytes(), segmentBytes, seed)
                : Schedule.contiguous(blob.sizeBytes(), segmentBytes);
    }

    private static Task admit(Program program, Schedule schedule, Blob blob, Blob target) throws RefusedException {
        MemorySegment memory = target == null ? MemorySegment.NULL : target.memory();
        return Task.admit(program, schedule, blob.memory(), memory, RunLimits.LOCAL);
    }

    private static Blob target(Program program, Blob blob) throws BlobException {
        return program.needsTarget() ? Blob.anonymous(blob.sizeBytes(), BlobPages.AUTO) : null;
    }

    private void describe(Blob blob, Map<String, Object> report) {
        report.put("blob_bytes", blob.sizeBytes());
        report.put("pages", blob.pages().label());
        report.put("pages_reason", blob.reason());
        say("blob: " + Units.bytes(blob.sizeBytes()) + ", pages " + blob.pages().label() + " (" + blob.reason() + ")");
    }

    private void tell(Results results, Map<String, Object> report) {
        List<Map<String, Object>> values = new ArrayList<>();
        for (Results.Value value : results.values()) {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("operation", value.operation().toString());
            tree.put("value", value.text().orElse(null));
            if (!value.histogram().isEmpty()) {
                tree.put("histogram", value.histogram());
            }
            values.add(tree);
            say("result: " + value.operation() + " = "
                    + value.text().orElse(value.histogram().toString()));
        }
        report.put("results", values);
    }
}
