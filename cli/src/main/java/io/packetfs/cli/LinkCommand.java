package io.packetfs.cli;

import io.packetfs.linux.KernelProbe.Capability;
import io.packetfs.linux.Linux;
import io.packetfs.linux.SystemCallException;
import io.packetfs.sim.LinkCounters;
import io.packetfs.sim.LinkSettings;
import io.packetfs.sim.TunLink;
import io.packetfs.sim.TunLink.Direction;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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
final class LinkCommand extends ReportCommand {
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
            description = "The same seed treats the same packets alike (default ${DEFAULT-VALUE}).")
    private long seed;

    @Override
    protected String schema() {
        return "pfs-udp.link/1";
    }

    @Override
    protected ExitCode run(Map<String, Object> report) throws CommandException {
        LinkSettings settings = settings();
        report.put("a", nameA);
        report.put("b", nameB);
        report.put("seed", seed);
        report.put("settings", LinkOptions.describe(settings));
        requireTun();
        long startNs = System.nanoTime();
        TunLink wire = start(settings);
        try (wire) {
            System.out.println("ready");
            System.out.flush();
            while (signals().received() == 0 && wire.isRunning()) {
                Thread.sleep(CHECK_MS);
            }
        } catch (SystemCallException e) {
            throw new CommandException(ExitCode.LOCAL_IO, "device_lost", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            report.put("duration_s", (System.nanoTime() - startNs) / NS_PER_SECOND);
            tell(report, "a_to_b", nameA + " to " + nameB, wire.counters(Direction.A_TO_B));
            tell(report, "b_to_a", nameB + " to " + nameA, wire.counters(Direction.B_TO_A));
        }
        return ExitCode.OK;
    }

    private LinkSettings settings() {
        try {
            return link.settings();
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
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

    private TunLink start(LinkSettings settings) throws CommandException {
        try {
            return TunLink.start(nameA, nameB, settings, seed);
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        } catch (SystemCallException e) {
            throw new CommandException(ExitCode.LOCAL_IO, "device_failed", e.getMessage());
        }
    }

    private void tell(Map<String, Object> report, String key, String name, LinkCounters counters) {
        say(name + ": " + LinkReport.text(counters));
        report.put(key, LinkReport.tree(counters));
    }
}
