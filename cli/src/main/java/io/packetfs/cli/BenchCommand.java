package io.packetfs.cli;

import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code pfs-udp bench}: measures here, beside the alternatives found on this machine. */
@Command(
        name = BenchCommand.NAME,
        description = "Measures on this machine, beside the alternatives found on it.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {BenchWanCommand.class, BenchShareCommand.class})
final class BenchCommand implements Runnable {
    static final String NAME = "bench";

    @Spec
    private CommandSpec spec;

    /** Adds the measurements that other modules offer. Looking for them takes time that no other command has to spend. */
    static void addOffered(CommandLine bench) {
        ServiceLoader.load(ReportCommand.class).forEach(bench::addSubcommand);
        if (!bench.getSubcommands().containsKey(BenchLoopbackMissing.NAME)) {
            // whatever its arguments, what is to be said is that it is missing
            bench.addSubcommand(new CommandLine(new BenchLoopbackMissing()).setUnmatchedArgumentsAllowed(true));
        }
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "say what to measure: loopback, latency, delta, afxdp, wan or share");
    }
}
