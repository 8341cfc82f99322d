package io.packetfs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.cli.Programs.Program;
import io.packetfs.protocol.trace.Trace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Event files as users find them. */
class QlogTest {
    private static final InetSocketAddress PEER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 4_000);

    @TempDir
    private Path folder;

    private Programs programs;
    private Path logs;
    private Path ticketFile;
    private Path target;

    @BeforeEach
    void begin() {
        programs = new Programs(folder);
        logs = folder.resolve("logs/below");
        ticketFile = folder.resolve("ticket");
        target = folder.resolve("target");
    }

    @AfterEach
    void end() {
        programs.close();
    }

    @Test
    void bothSidesTellOfTheirConnection() throws Exception {
        Path file = write(4_000_000);
        Program receiver = programs.receive(ticketFile, "--qlog", logs.toString(), target.toString());
        Program sender = programs.start(
                "send", "--qlog", logs.toString(), "--qlog-packets", Programs.ticket(ticketFile), file.toString());
        assertThat(sender.exitCode()).as(sender.errText()).isZero();
        assertThat(receiver.exitCode()).as(receiver.errText()).isZero();

        List<Map<String, Object>> sent = events("send");
        List<Map<String, Object>> received = events("recv");
        assertThat(names(sent))
                .contains("connectivity:connection_started", "recovery:metrics_updated", "transport:packet_sent")
                .contains("transport:packet_received", "recovery:congestion_state_updated", "pfs:limit_updated")
                .endsWith("connectivity:connection_state_updated");
        assertThat(names(received))
                .contains("connectivity:connection_closed")
                .doesNotContain("transport:packet_received")
                .endsWith("connectivity:connection_state_updated");
        assertThat(sent.getLast().get("data").toString()).contains("new=closed");
        assertThat(sender.summary().get("rtt_us").toString()).doesNotContain("null");
        assertThat(((Map<?, ?>) sender.summary().get("grams")).get("latency_us").toString())
                .doesNotContain("null");
    }

    @Test
    void aSignalLeavesAFileThatIsComplete() throws Exception {
        Path file = write(20_000_000);
        programs.receive(ticketFile, target.toString());
        Program sender = programs.start(
                "send", "--rate", "8M", "--qlog", logs.toString(), Programs.ticket(ticketFile), file.toString());
        awaitSize(10_000);

        sender.signal("TERM");

        assertThat(sender.exitCode()).isEqualTo(143);
        assertThat(names(events("send"))).contains("connectivity:connection_closed");
    }

    @Test
    void evenAKilledProgramLeavesRecordsThatCanBeRead() throws Exception {
        Path file = write(20_000_000);
        programs.receive(ticketFile, target.toString());
        Program sender = programs.start(
                "send", "--rate", "8M", "--qlog", logs.toString(), Programs.ticket(ticketFile), file.toString());
        awaitSize(10_000);

        sender.signal("KILL");

        assertThat(sender.exitCode()).isEqualTo(137);
        assertThat(names(events("send"))).contains("recovery:metrics_updated");
    }

    @Test
    void aFolderThatCannotBeIsNamedBeforeATransferBegins() throws Exception {
        Path file = write(1_000);
        Path json = folder.resolve("s.json");

        int exitCode = PfsUdp.run(
                "recv",
                "-q",
                "--json",
                json.toString(),
                "--qlog",
                file.resolve("below").toString(),
                target.toString());

        assertThat(exitCode).isEqualTo(8);
        assertThat(Files.readString(json)).contains("file/below");
    }

    @Test
    void aFileThatCannotBeWrittenIsNamed() throws Exception {
        try (QlogFolder opened = QlogFolder.open(logs, false)) {
            Files.createDirectory(logs.resolve("recv-00000007.sqlog"));
            Trace trace = opened.trace(7, false);
            trace.onStarted(0, 7, false, PEER);
            opened.onTick();

            assertThat(opened.failure()).contains("recv-00000007.sqlog");
        }
    }

    @Test
    void whatOneConnectionTellsDoesNotReachTheFileOfAnother() throws Exception {
        try (QlogFolder opened = QlogFolder.open(logs, false)) {
            Trace one = opened.trace(1, true);
            Trace other = opened.trace(2, false);
            one.onStarted(0, 1, true, PEER);
            other.onStarted(5, 2, false, PEER);
            one.onState(3_001_500, "connecting", "connected");
            other.onGone(6);
            assertThat(opened.failure()).isNull();
        }
        assertThat(events("send"))
                .hasSize(2)
                .last()
                .satisfies(event -> assertThat(event).containsEntry("time", 3.001));
        assertThat(events("recv")).hasSize(1);
    }

    /** The events of the one file of this side, after a first record that says what it is. */
    private List<Map<String, Object>> events(String side) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(logs)) {
            files = all.filter(path -> path.getFileName().toString().startsWith(side + "-"))
                    .toList();
        }
        assertThat(files).hasSize(1);
        List<Map<String, Object>> records = new ArrayList<>();
        for (String record : Files.readString(files.getFirst()).split("\u001e", -1)) {
            if (!record.isEmpty()) {
                assertThat(record).endsWith("\n");
                records.add(JsonFile.parse(record));
            }
        }
        assertThat(records.getFirst()).containsEntry("qlog_version", "0.3").containsEntry("qlog_format", "JSON-SEQ");
        List<Map<String, Object>> events = records.subList(1, records.size());
        assertThat(events).allMatch(event -> event.keySet().equals(Set.of("time", "name", "data")));
        return events;
    }

    private static List<String> names(List<Map<String, Object>> events) {
        return events.stream().map(event -> event.get("name").toString()).toList();
    }

    private void awaitSize(long bytes) throws IOException, InterruptedException {
        for (int i = 0; i < 600; i++) {
            if (Files.isDirectory(logs)) {
                try (Stream<Path> all = Files.list(logs)) {
                    for (Path path : all.toList()) {
                        if (path.toString().endsWith(".sqlog") && Files.size(path) > bytes) {
                            return;
                        }
                    }
                }
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        throw new AssertionError("no log of " + bytes + " bytes");
    }

    private Path write(int bytes) throws IOException {
        byte[] content = new byte[bytes];
        new SplittableRandom(bytes).nextBytes(content);
        return Files.write(folder.resolve("file"), content);
    }
}
