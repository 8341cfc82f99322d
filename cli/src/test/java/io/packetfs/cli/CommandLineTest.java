package io.packetfs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CommandLineTest {
    private static final String TICKET = "pfs1notaticket";

    @TempDir
    private Path folder;

    static Stream<List<String>> wrongUses() {
        return Stream.of(
                List.of(),
                List.of("fly"),
                List.of("send"),
                List.of("send", TICKET),
                List.of("send", TICKET, "file", "--carrier", "pigeon"),
                List.of("send", TICKET, "file", "--mode", "none"),
                List.of("send", TICKET, "-", "--mode", "offset"),
                List.of("send", TICKET, "-", "--base", "old"),
                List.of("send", TICKET, "file", "--qlog-packets"),
                List.of("send", TICKET, "-", "file"),
                List.of("send", TICKET, "file", "--cc", "fixed"),
                List.of("send", TICKET, "file", "--cc", "reno"),
                List.of("send", TICKET, "file", "--rate", "fast"),
                List.of("send", TICKET, "file", "--connect-timeout", "soon"),
                List.of("send", TICKET, "file", "--datagram", "100"),
                List.of("send", TICKET, "file", "--io", "pigeon"),
                List.of("send", TICKET, "-", "--verify", "sha256"),
                List.of("send", TICKET, "file", "--streams", "0"),
                List.of("send", TICKET, "file", "--streams", "17"),
                List.of("send", TICKET, "-", "--streams", "2"),
                List.of("recv", "--streams", "0"),
                List.of("recv", "--streams", "17"),
                List.of("recv", "--streams", "2", "--qlog", "q"),
                List.of("recv", "a", "b"),
                List.of("recv", "-o", "file"),
                List.of("recv", "-o", "-", "dir"),
                List.of("recv", "-o", "-", "--json", "-"),
                List.of("recv", "--once", "--keep"),
                List.of("recv", "--on-exists", "ask"),
                List.of("recv", "--listen", "a:b:c"),
                List.of("bench"),
                List.of("link", "--a", "x"),
                List.of("link", "--a", "x", "--b", "y", "--loss", "2"),
                List.of("link", "--a", "x", "--b", "y", "--mtu", "28"),
                List.of("bench", "moon"),
                List.of("bench", "wan", "--delays", "soon"),
                List.of("bench", "wan", "--losses", "2"),
                List.of("bench", "wan", "--only", "pigeon"),
                List.of("budget"),
                List.of("budget", "a", "b"),
                List.of("budget", "--cores", "0", "report"),
                List.of("budget", "--ops-per-byte", "-1", "report"),
                List.of("demo", "--size", "-1"),
                List.of("proxy", "--api", "localhost:http"),
                List.of("proxy", "--seed", "x"));
    }

    @ParameterizedTest
    @MethodSource("wrongUses")
    void wrongUseIsSaidAndLeavesWithTwo(List<String> arguments) {
        Run run = Run.of(arguments);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).isNotBlank().hasLineCount(2);
        assertThat(run.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "send",
                "recv",
                "demo",
                "doctor",
                "bench",
                "budget",
                "link",
                "proxy",
                "sim",
                "blob",
                "pcpu",
                "afxdp-setup"
            })
    void everyCommandHelps(String command) {
        Run run = Run.of(List.of(command, "--help"));

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("Usage: pfs-udp " + command);
    }

    @Test
    void aComparisonThatIsNotOnTheClassPathSaysSo() {
        assertThat(PfsUdp.run("bench", "loopback", "--rounds", "2", "-q")).isEqualTo(11);
    }

    static Stream<Arguments> ticketsThatAreNone() {
        return Stream.of(Arguments.of("hello", 5), Arguments.of("pfs1", 5), Arguments.of("pfs1" + "0".repeat(120), 5));
    }

    @ParameterizedTest
    @MethodSource("ticketsThatAreNone")
    void aMistypedTicketIsSaidAtOnce(String ticket, int exitCode) throws Exception {
        Path json = folder.resolve("s.json");
        Path file = Files.writeString(folder.resolve("file"), "x");

        long startNs = System.nanoTime();
        int actual = PfsUdp.run("send", "-q", "--json", json.toString(), ticket, file.toString());

        assertThat(actual).isEqualTo(exitCode);
        assertThat(System.nanoTime() - startNs).isLessThan(5_000_000_000L);
        Map<String, Object> summary = JsonFile.parse(Files.readString(json));
        assertThat(summary).containsEntry("exit_code", exitCode).containsEntry("status", "failed");
        assertThat((Map<?, ?>) summary.get("error")).isNotNull();
    }

    @Test
    void aFolderThatCannotBeWrittenIsSaidBeforeAnythingElse() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "x");
        Path json = folder.resolve("s.json");

        int exitCode = PfsUdp.run(
                "recv", "-q", "--json", json.toString(), file.resolve("below").toString());

        assertThat(exitCode).isEqualTo(8);
        assertThat(Files.readString(json)).contains("below");
    }

    @Test
    void everyCommandIsFoundByTheNameItGivesItself() {
        Map<String, CommandLine> all = PfsUdp.commandLine().getSubcommands();

        assertThat(all).containsKeys("send", "recv", "bench");
        all.forEach((name, command) -> {
            assertThat(command.getCommandName()).isEqualTo(name);
            assertThat(PfsUdp.commandLine(name).getSubcommands()).containsOnlyKeys(name);
        });
    }

    @Test
    void doctorFindsSomethingToSay() throws Exception {
        Path json = folder.resolve("d.json");

        assertThat(PfsUdp.run("doctor", "--json", json.toString())).isZero();

        assertThat(JsonFile.parse(Files.readString(json))).containsEntry("schema", "pfs-udp.doctor/1");
    }

    /** What a command line said and how it left. */
    private record Run(int exitCode, String out, String err) {
        static Run of(List<String> arguments) {
            StringWriter out = new StringWriter();
            StringWriter err = new StringWriter();
            int exitCode = PfsUdp.commandLine(arguments.toArray(String[]::new))
                    .setOut(new PrintWriter(out))
                    .setErr(new PrintWriter(err))
                    .execute(arguments.toArray(String[]::new));
            return new Run(exitCode, out.toString(), err.toString());
        }
    }
}
