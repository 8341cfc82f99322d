package io.packetfs.bench.delta;

import io.packetfs.bench.loopback.LoopbackHost;
import io.packetfs.bench.loopback.Program;
import io.packetfs.cli.CommandException;
import io.packetfs.cli.ExitCode;
import io.packetfs.cli.ReportCommand;
import io.packetfs.cli.TemporaryFolder;
import io.packetfs.cli.Units;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code pfs-udp bench delta}: what it costs to send a file of which the receiver has an older version. */
@Command(
        name = "delta",
        description = {
            "Sends a file to a folder that has nothing of it, the same, a version with 1 %% of other bytes in 20 places, or one without",
            "100 bytes at the front; by PFS-UDP and by rsync over ssh. Tells wall time, with the sender's start, and bytes on the wire."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class DeltaCommand extends ReportCommand {
    private static final int MIB_MIN = 1;
    private static final int MIB_MAX = 1 << 20;
    private static final int ROUNDS_MAX = 100;
    private static final long TIMEOUT_MS = 600_000;
    private static final Path MEMORY = Path.of("/dev/shm");

    @Option(
            names = "--mib",
            paramLabel = "N",
            defaultValue = "1024",
            description = "The file's size in MiB (default ${DEFAULT-VALUE}).")
    private int mib;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "1",
            description = "How often each is measured, in turn (default ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--rate",
            paramLabel = "BITS",
            converter = Units.BitRateConverter.class,
            description =
                    "Over a wire of this rate between two network namespaces, such as 100M, in place of loopback (root).")
    private Long rateBitsPerSecond;

    @Option(
            names = "--delay-ms",
            paramLabel = "MS",
            defaultValue = "5",
            description = "The wire's delay each way (default ${DEFAULT-VALUE}).")
    private int delayMs;

    @Option(
            names = "--edits",
            paramLabel = "EDIT,...",
            split = ",",
            defaultValue = "full,same,changed,inserted",
            description = "What the receiver has (default ${DEFAULT-VALUE}).")
    private List<Edit> edits;

    @Option(
            names = "--only",
            paramLabel = "NAME,...",
            split = ",",
            defaultValue = "pfs_udp,rsync",
            description = "Whom to measure (default ${DEFAULT-VALUE}).")
    private List<Mover> only;

    private final List<Map<String, Object>> results = new ArrayList<>();
    private final Map<Mover, Double> fullSeconds = new EnumMap<>(Mover.class);

    private record Cost(double seconds, long wireBytes) {}

    /** For the service loader. */
    public DeltaCommand() {}

    @Override
    protected String schema() {
        return "pfs-udp.bench-delta/1";
    }

    @Override
    protected ExitCode run(Map<String, Object> report) throws CommandException {
        if (mib < MIB_MIN || mib > MIB_MAX || rounds < 1 || rounds > ROUNDS_MAX || delayMs < 0 || delayMs > 10_000) {
            throw usage("--mib is 1 to " + MIB_MAX + ", --rounds 1 to " + ROUNDS_MAX + ", --delay-ms 0 to 10000");
        }
        if (rateBitsPerSecond != null && rateBitsPerSecond < 1) {
            throw usage("--rate is above 0");
        }
        report.put("host", LoopbackHost.tree());
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("bytes", (long) mib << 20);
        config.put("rounds", rounds);
        config.put("rate_bps", rateBitsPerSecond);
        config.put("delay_ms", rateBitsPerSecond == null ? null : delayMs);
        report.put("config", config);
        report.put("results", results);
        Map<String, Object> leftOut = new LinkedHashMap<>();
        report.put("left_out", leftOut);
        List<Mover> movers = new ArrayList<>();
        for (Mover mover : only) {
            String cause = mover.unavailabilityCause();
            if (cause == null) {
                movers.add(mover);
            } else {
                terminal().line(mover.label + " is left out: " + cause);
                leftOut.put(mover.label, cause);
            }
        }
        try (Hosts hosts = rateBitsPerSecond == null
                        ? Hosts.loopback()
                        : Hosts.wire(rateBitsPerSecond, delayMs * 1_000_000L);
                TemporaryFolder folder =
                        TemporaryFolder.make(Files.isWritable(MEMORY) ? MEMORY : null, ((long) mib << 20) * 4)) {
            measure(hosts, folder, movers);
        } catch (IOException e) {
            throw new CommandException(ExitCode.LOCAL_IO, "local_io", "cannot measure: " + e.getMessage());
        }
        return ExitCode.OK;
    }

    private void measure(Hosts hosts, TemporaryFolder folder, List<Mover> movers) throws CommandException, IOException {
        Path older = folder.file("older");
        Path source = folder.file("new").resolve("file");
        Path target = folder.file("target").resolve("file");
        Files.createDirectory(source.getParent());
        Files.createDirectory(target.getParent());
        Edit.fill(older, (long) mib << 20);
        for (int round = 1; round <= rounds; round++) {
            for (Edit edit : edits) {
                edit.apply(older, source);
                for (Mover mover : movers) {
                    Files.deleteIfExists(target);
                    if (edit != Edit.FULL) {
                        Files.copy(older, target, StandardCopyOption.REPLACE_EXISTING);
                    }
                    Cost cost = cost(new Mover.Round(hosts, folder, source, target, signals()), mover);
                    if (Files.mismatch(source, target) >= 0) {
                        throw new CommandException(
                                ExitCode.INTEGRITY, "differs", mover.label + " has made a file that differs");
                    }
                    note(round, edit, mover, cost, Files.size(source));
                }
            }
        }
    }

    private Cost cost(Mover.Round round, Mover mover) throws CommandException {
        double[] seconds = new double[1];
        long[] wireBytes = new long[1];
        mover.move(round, command -> {
            touchMemory(round);
            long before = round.hosts().crossedBytes();
            long startNs = System.nanoTime();
            try (Program program = round.start(mover.label, command, "sender.log")) {
                program.awaitEnd(TIMEOUT_MS, signals());
            }
            seconds[0] = (System.nanoTime() - startNs) / 1e9;
            wireBytes[0] = round.hosts().crossedBytes() - before;
        });
        return new Cost(seconds[0], wireBytes[0]);
    }

    /**
     * Has the kernel find memory for one more file, and lets it go again. The host of a virtual machine takes back what is free, and who is the first
     * to use it again waits for it: several times as long as a copy takes, and by chance one mover more than another.
     */
    private void touchMemory(Mover.Round round) throws CommandException {
        Path scratch = round.folder().file("scratch");
        try {
            Edit.fill(scratch, (long) mib << 20);
            Files.delete(scratch);
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.LOCAL_IO, "local_io", "cannot write " + scratch + ": " + e.getMessage());
        }
    }

    private void note(int round, Edit edit, Mover mover, Cost cost, long bytes) {
        if (edit == Edit.FULL) {
            fullSeconds.put(mover, cost.seconds());
        }
        Double full = fullSeconds.get(mover);
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("name", mover.label);
        result.put("edit", edit.name().toLowerCase(Locale.ROOT));
        result.put("round", round);
        result.put("seconds", cost.seconds());
        result.put("of_full", full == null ? null : cost.seconds() / full);
        result.put("wire_bytes", cost.wireBytes());
        result.put("wire_share", (double) cost.wireBytes() / bytes);
        results.add(result);
        say(String.format(
                Locale.ROOT,
                "round %d  %-15s %-9s %7.2f s%s  %6.2f %% of the bytes on the wire",
                round,
                mover.label,
                edit.name().toLowerCase(Locale.ROOT),
                cost.seconds(),
                full == null ? "" : String.format(Locale.ROOT, " (%.2f of full)", cost.seconds() / full),
                100.0 * cost.wireBytes() / bytes));
    }
}
