package io.packetfs.cli;

import io.packetfs.swarm.Congestion;
import io.packetfs.swarm.PlainScenario;
import io.packetfs.swarm.Protection;
import io.packetfs.swarm.Scenario;
import io.packetfs.swarm.ScenarioDraw;
import io.packetfs.swarm.ScenarioFile;
import io.packetfs.transfer.Texts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** Which scenario is run: one of a file, one of flags, or the one that the swarm draws from the seed. */
final class SimOptions {
    private static final Set<String> PLAIN_FLAGS = Set.of(
            "--bytes",
            "--cc",
            "--insecure",
            "--delay",
            "--jitter",
            "--rate",
            "--queue",
            "--mtu",
            "--loss",
            "--burst",
            "--reorder",
            "--duplicate",
            "--corrupt");

    @Option(names = "--scenario", paramLabel = "FILE", description = "Run what this JSON file says (docs/sim.md).")
    Path file;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description =
                    "Every draw follows from it (default: the file's, or 1). Without --scenario and without any of the flags"
                            + " below, the scenario itself is drawn from it, as by the swarm.")
    Long seed;

    @Option(
            names = "--bytes",
            paramLabel = "BYTES",
            defaultValue = "16M",
            converter = Units.ByteCountConverter.class,
            description = "From flags: how much is sent (default ${DEFAULT-VALUE}).")
    private long bytes;

    @Option(
            names = "--cc",
            paramLabel = "bbr|cubic",
            defaultValue = "bbr",
            description = "From flags: congestion control (default ${DEFAULT-VALUE}).")
    private Congestion congestion;

    @Option(names = "--insecure", description = "From flags: packets carry a check sum and are not sealed.")
    private boolean insecure;

    @Mixin
    private LinkOptions link;

    /** Those flags of the plain scenario that were given. */
    static List<String> plainFlags(List<OptionSpec> matched) {
        return matched.stream()
                .flatMap(option -> Stream.of(option.names()))
                .filter(PLAIN_FLAGS::contains)
                .toList();
    }

    /**
     * The scenario.
     *
     * @param isPlain whether flags of the plain scenario were given
     * @throws IllegalArgumentException if it cannot be; the message says why
     */
    Scenario scenario(boolean isPlain) throws CommandException {
        if (file != null) {
            return read();
        }
        long plainSeed = seed == null ? 1 : seed;
        return isPlain
                ? PlainScenario.of(
                        plainSeed,
                        link.settings(),
                        bytes,
                        congestion,
                        insecure ? Protection.INSECURE : Protection.AES256GCM)
                : ScenarioDraw.of(plainSeed);
    }

    private Scenario read() throws CommandException {
        try {
            if (Files.size(file) > ScenarioFile.CHARACTERS_MAX) {
                throw new IllegalArgumentException("it is longer than " + ScenarioFile.CHARACTERS_MAX + " bytes");
            }
            return ScenarioFile.parse(Files.readString(file), seed);
        } catch (IOException e) {
            throw new CommandException(ExitCode.LOCAL_IO, "local_io", "cannot read " + file + ": " + Texts.reason(e));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }
}
