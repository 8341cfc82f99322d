package io.packetfs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.endpoint.ConnectionStats;
import io.packetfs.protocol.crypto.CipherSuite;
import io.packetfs.transfer.Failure;
import io.packetfs.transfer.FailureKind;
import io.packetfs.transfer.FileReport;
import io.packetfs.transfer.FileReport.FileStatus;
import io.packetfs.transfer.TransferReport;
import io.packetfs.transfer.TransferStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SummaryTest {
    private static final ConnectionStats STATS = new ConnectionStats(
            110, 1_100_000, 20, 2_000, 5, 1, 6, 2, 3, 0, 4, 1, 0, 0, 7_000, 0, 0, 0, 0, 21_000_000, 20_000_000, 1_472);

    @TempDir
    private Path folder;

    @Test
    void aTransferIsSummedUpAsTheSchemaSays() throws Exception {
        Summary summary = new Summary("sender");
        summary.cipher("aes256gcm", CipherSuite.AES_256_GCM);
        summary.congestion("bbr");
        summary.io("udp-epoll-gso");
        summary.config().put("cc", "bbr");
        TransferReport report = new TransferReport(
                TransferStatus.OK,
                null,
                1_000_000,
                0,
                0,
                2_000_000_000L,
                1,
                4,
                List.of(new FileReport("a/b", 1_000_000, "crc32c:0011aabb", FileStatus.OK, "")),
                STATS,
                HostPort.parse("192.0.2.1:4000").resolve(0));

        assertGolden("summary-ok.json", summary.of(report, ExitCode.OK));
    }

    @Test
    void everyFieldIsThereWhenNothingIsKnown() throws IOException {
        CommandException failure = new CommandException(ExitCode.TICKET, "ticket_malformed", "the ticket is cut");

        assertGolden("summary-failed.json", new Summary("receiver").of(failure));
    }

    @Test
    void aFailureSaysWhetherItCanGoOnLater() {
        Failure failure = new Failure(FailureKind.STALLED, "no progress", true);
        TransferReport report =
                new TransferReport(TransferStatus.FAILED, failure, 5, 1, 0, 1, 0, 0, List.of(), STATS, null);

        Map<String, Object> tree = new Summary("receiver").of(report, ExitCode.PEER_LOST);

        assertThat(tree.get("error")).isEqualTo(Map.of("code", "stalled", "message", "no progress", "resumable", true));
        assertThat(tree).containsEntry("status", "failed").containsEntry("exit_code", 9);
    }

    @Test
    void senderAndReceiverNameTheSameFields() {
        TransferReport report = new TransferReport(TransferStatus.OK, null, 5, 0, 0, 1, 0, 0, List.of(), STATS, null);

        assertThat(new Summary("sender").of(report, ExitCode.OK).keySet())
                .containsExactlyElementsOf(
                        new Summary("receiver").of(report, ExitCode.OK).keySet());
    }

    @Test
    void aSummaryIsCompleteBeforeItAppears() throws IOException {
        Path file = folder.resolve("s.json");
        JsonFile.write(file.toString(), Map.of("a", 1), System.out);

        assertThat(JsonFile.parse(Files.readString(file))).containsEntry("a", 1);
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
    }

    @Test
    void aSecretIsForItsOwnerAlone() throws IOException {
        Path file = folder.resolve("ticket");
        AtomicFile.writeSecret(file, "secret");

        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void aDeviceIsWrittenToAndStaysADevice() throws IOException {
        AtomicFile.write(Path.of("/dev/null"), "text");

        assertThat(Files.isRegularFile(Path.of("/dev/null"))).isFalse();
    }

    /** Compares with a stored summary, but for what differs from machine to machine. */
    private static void assertGolden(String name, Map<String, Object> tree) throws IOException {
        tree.put("cpu_s", "CPU");
        tree.put("cpu_s_per_gib", "CPU");
        tree.put("rss_max_bytes", "RSS");
        Map<?, ?> host = (Map<?, ?>) tree.get("host");
        assertThat(host.keySet()).map(Object::toString).containsExactly("cpu", "cores", "kernel", "java", "io");
        tree.put("host", "HOST");
        try (var golden = SummaryTest.class.getResourceAsStream(name)) {
            assertThat(JsonFile.text(tree)).isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
