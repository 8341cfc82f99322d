package io.packetfs.nettyio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs a class of the tests in a JVM of its own. */
final class ChildJvm {
    private ChildJvm() {}

    /** Runs the class's main method to its end and returns all that it printed. */
    static String run(Class<?> program, String... arguments) throws IOException, InterruptedException {
        return run(List.of(), program, arguments);
    }

    /** The same, with the java command behind a prefix such as {@code unshare -rn}. */
    static String run(List<String> prefix, Class<?> program, String... arguments)
            throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-ea",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        command.addAll(List.of(arguments));
        final Process process =
                new ProcessBuilder(command).redirectErrorStream(true).start();
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
