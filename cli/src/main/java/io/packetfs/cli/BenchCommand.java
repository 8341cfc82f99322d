package io.packetfs.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code pfs-udp bench}: measures here, beside the alternatives found on this machine. */
@Command(
        name = "bench",
        description = "Measures on this machine, beside the alternatives found on it.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {BenchLoopbackCommand.class, BenchWanCommand.class})
final class BenchCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to measure: loopback or wan");
    }
}
