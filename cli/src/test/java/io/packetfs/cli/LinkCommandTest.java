package io.packetfs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packetfs.linux.KernelProbe.Capability;
import io.packetfs.linux.Linux;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command in a JVM of its own, as it listens to signals. */
class LinkCommandTest {
    private final String nameA = "pfs" + ProcessHandle.current().pid() + "l";
    private final String nameB = "pfs" + ProcessHandle.current().pid() + "m";

    @TempDir
    private Path folder;

    @Test
    void runsUntilItIsToldToStopAndTellsWhatItSaw() throws IOException, InterruptedException {
        assumeTun();
        Path json = folder.resolve("link.json");
        Process link = start("--a", nameA, "--b", nameB, "--delay", "5", "--seed", "7", "--json", json.toString());
        BufferedReader out = link.inputReader(StandardCharsets.UTF_8);
        assertThat(out.readLine()).isEqualTo("ready");
        assertThat(interfaces()).contains(nameA + ":", nameB + ":");

        // SIGTERM, the normal way to end it. Process.destroy would close the streams, too.
        link.toHandle().destroy();

        assertThat(link.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(link.exitValue()).isEqualTo(ExitCode.OK.number());
        assertThat(errors(link)).contains(nameA + " to " + nameB + ": sent 0 packets");
        assertThat(interfaces()).doesNotContain(nameA + ":", nameB + ":");
        Map<String, Object> tree = JsonFile.parse(Files.readString(json));
        assertThat(tree)
                .containsEntry("schema", "pfs-udp.link/1")
                .containsEntry("a", nameA)
                .containsEntry("seed", 7)
                .containsKeys("settings", "duration_s", "a_to_b", "b_to_a");
    }

    @Test
    void leavesWithAnErrorWhenADeviceIsDeleted() throws IOException, InterruptedException {
        assumeTun();
        Process link = start("--a", nameA, "--b", nameB);
        assertThat(link.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("ready");

        Process delete = new ProcessBuilder("ip", "link", "delete", nameA).start();
        assertThat(delete.waitFor()).isZero();

        assertThat(link.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(link.exitValue()).isEqualTo(ExitCode.LOCAL_IO.number());
        assertThat(errors(link)).contains("read(" + nameA);
    }

    @Test
    void saysWhatIsMissingWhereThereAreNoDevices() throws IOException, InterruptedException {
        Capability tun = Linux.isAvailable() ? Linux.tunDevices().capability() : new Capability(false, "");
        assumeTrue(!tun.available(), "this process can make TUN devices");
        Process link = start("--a", nameA, "--b", nameB);

        assertThat(link.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(link.exitValue()).isEqualTo(ExitCode.UNAVAILABLE.number());
        assertThat(errors(link)).contains("no TUN devices here: ");
    }

    private static void assumeTun() {
        assumeTrue(Linux.isAvailable(), Linux.unavailabilityCause());
        Capability tun = Linux.tunDevices().capability();
        assumeTrue(tun.available(), tun.cause());
    }

    private static Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-classpath",
                System.getProperty("java.class.path"),
                PfsUdp.class.getName(),
                "link"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).start();
    }

    private static String errors(Process process) throws IOException {
        return new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static String interfaces() throws IOException {
        return Files.readString(Path.of("/proc/net/dev"));
    }
}
