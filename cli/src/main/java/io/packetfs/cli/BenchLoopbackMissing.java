package io.packetfs.cli;

import java.util.Map;
import picocli.CommandLine.Command;

/** Stands in for {@code pfs-udp bench loopback} where the class path has no benchmarks. */
@Command(
        name = BenchLoopbackMissing.NAME,
        description = "Compares ways over loopback; ./pfs-udp builds what that takes.",
        mixinStandardHelpOptions = true)
final class BenchLoopbackMissing extends ReportCommand {
    static final String NAME = "loopback";

    @Override
    protected String schema() {
        return LoopbackReport.SCHEMA;
    }

    @Override
    protected ExitCode run(Map<String, Object> report) throws CommandException {
        throw new CommandException(
                ExitCode.UNAVAILABLE,
                "feature_unavailable",
                "the benchmarks are not on the class path: start this with ./pfs-udp in the folder of the source, which builds them");
    }
}
