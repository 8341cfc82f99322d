package io.packetfs.cli;

import io.packetfs.linux.KernelProbe.Capability;
import io.packetfs.linux.Linux;
import io.packetfs.linux.SystemCallException;
import io.packetfs.sim.LinkSettings;
import io.packetfs.sim.TunLink;
import io.packetfs.sim.TunLink.Direction;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code pfs-udp link}: a rough wire between two TUN devices, until it is told to stop. */
@Command(
        name = "link",
        description = {
            "A lossy, slow wire between two TUN devices (root).",
            "Makes both devices, prints \"ready\", carries their packets until SIGINT or SIGTERM, tells what it saw, and leaves with 0.",
            "Each device can be moved to a network namespace of its own: ip link set NAME netns NAMESPACE."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class LinkCommand implements Callable<Integer> {
    private static final String SCHEMA = "pfs-udp.link/1";
    private static final long CHECK_MS = 20;
    private static final double NS_PER_SECOND = 1e9;

    @Option(names = "--a", paramLabel = "NAME", required = true, description = "The device at one end.")
    private String nameA;

    @Option(names = "--b", paramLabel = "NAME", required = true, description = "The device at the other end.")
    private String nameB;

    @Mixin
    private LinkOptions link;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "The same seed treats the same packets alike (default: 1).")
    private long seed;

    @Mixin
    private OutputOptions output;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        Terminal terminal = new Terminal(System.err, output.color);
        try {
            LinkSettings settings = settings();
            requireTun();
            run(settings, terminal);
            return ExitCode.OK.number();
        } catch (CommandException e) {
            terminal.error(e.getMessage());
            return e.exitCode().number();
        }
    }

    private LinkSettings settings() {
        try {
            return link.settings();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private static void requireTun() throws CommandException {
        Capability tun = Linux.isAvailable()
                ? Linux.tunDevices().capability()
                : new Capability(false, Linux.unavailabilityCause());
        if (!tun.available()) {
            throw new CommandException(ExitCode.UNAVAILABLE, "tun_unavailable", "no TUN devices here: " + tun.cause());
        }
    }

    private void run(LinkSettings settings, Terminal terminal) throws CommandException, InterruptedException {
        Signals signals = Signals.install();
        long startNs = System.nanoTime();
        TunLink wire = start(settings);
        try (wire) {
            System.out.println("ready");
            System.out.flush();
            while (signals.received() == 0 && wire.isRunning()) {
                Thread.sleep(CHECK_MS);
            }
        } catch (SystemCallException e) {
            throw new CommandException(ExitCode.LOCAL_IO, "device_lost", e.getMessage());
        } finally {
            report(wire, settings, System.nanoTime() - startNs, terminal);
        }
    }

    private TunLink start(LinkSettings settings) throws CommandException {
        try {
            return TunLink.start(nameA, nameB, settings, seed);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        } catch (SystemCallException e) {
            throw new CommandException(ExitCode.LOCAL_IO, "device_failed", e.getMessage());
        }
    }

    private void report(TunLink wire, LinkSettings settings, long durationNs, Terminal terminal)
            throws CommandException {
        if (!output.quiet) {
            terminal.line(nameA + " to " + nameB + ": " + LinkReport.text(wire.counters(Direction.A_TO_B)));
            terminal.line(nameB + " to " + nameA + ": " + LinkReport.text(wire.counters(Direction.B_TO_A)));
        }
        if (output.json == null) {
            return;
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("schema", SCHEMA);
        tree.put("version", PfsUdp.version());
        tree.put("a", nameA);
        tree.put("b", nameB);
        tree.put("seed", seed);
        tree.put("settings", LinkOptions.describe(settings));
        tree.put("duration_s", durationNs / NS_PER_SECOND);
        tree.put("a_to_b", LinkReport.tree(wire.counters(Direction.A_TO_B)));
        tree.put("b_to_a", LinkReport.tree(wire.counters(Direction.B_TO_A)));
        try {
            JsonFile.write(output.json, tree, System.out);
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.LOCAL_IO, "local_io", "cannot write " + output.json + ": " + e.getMessage());
        }
    }
}
