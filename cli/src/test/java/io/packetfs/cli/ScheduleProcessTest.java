package io.packetfs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.cli.Programs.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Descriptors between processes that hold the same blob. */
class ScheduleProcessTest {
    private static final int BLOB_BYTES = 16 << 20;
    private static final int DESCRIPTORS = BLOB_BYTES / 4_096;

    @TempDir
    private Path folder;

    private Programs programs;
    private Path ticketFile;
    private Path senders;
    private Path receivers;

    @BeforeEach
    void begin() {
        programs = new Programs(folder);
        ticketFile = folder.resolve("ticket");
        senders = blob("senders", 7);
        receivers = blob("receivers", 7);
    }

    @AfterEach
    void end() {
        programs.close();
    }

    private Path blob(String name, long seed) {
        Path blob = folder.resolve(name);
        assertThat(PfsUdp.run("blob", "create", "-q", blob.toString(), "--size", "" + BLOB_BYTES, "--seed", "" + seed))
                .isZero();
        return blob;
    }

    private Program receive(String carrier, String... more) throws IOException {
        List<String> arguments =
                new ArrayList<>(List.of("--mode", "offset", "--carrier", carrier, receivers.toString()));
        arguments.addAll(Arrays.asList(more));
        return programs.receive(ticketFile, arguments.toArray(String[]::new));
    }

    private Program send(String carrier, String... more) throws Exception {
        List<String> arguments =
                new ArrayList<>(List.of("--carrier", carrier, Programs.ticket(ticketFile), senders.toString()));
        arguments.addAll(Arrays.asList(more));
        return programs.start("send", arguments.toArray(String[]::new));
    }

    private static long number(Map<?, ?> tree, String... path) {
        Object at = tree;
        for (String each : path) {
            at = ((Map<?, ?>) at).get(each);
        }
        return ((Number) at).longValue();
    }

    private static Object digest(Program program) throws IOException {
        return ((Map<?, ?>) ((List<?>) program.summary().get("files")).getFirst()).get("digest");
    }

    @ParameterizedTest
    @CsvSource({"offset, scatter, udp", "arithmetic, contiguous, udp", "offset, contiguous, tcp"})
    void bothSidesAgreeOnWhatWasNamed(String mode, String order, String carrier) throws Exception {
        Program receiver = receive(carrier);
        Program sender = send(carrier, "--mode", mode, "--schedule", order);

        assertThat(sender.exitCode()).as(sender.errText()).isZero();
        assertThat(receiver.exitCode()).as(receiver.errText()).isZero();
        assertThat(digest(receiver)).isEqualTo(digest(sender)).isNotNull();
        assertThat(number(receiver.summary(), "bytes")).isEqualTo(BLOB_BYTES);
        assertThat(number(receiver.summary(), "bytes_reused")).isEqualTo(BLOB_BYTES);
        assertThat(number(receiver.summary(), "grams", "descriptors")).isEqualTo(DESCRIPTORS);
        assertThat(number(sender.summary(), "wire", "bytes")).isBetween(1L, BLOB_BYTES / 200L);
        assertThat(sender.errText()).contains("sent " + DESCRIPTORS + " descriptors");
    }

    @Test
    void theReceiverRunsProgramsWhenItIsToldTo() throws Exception {
        Program receiver = receive("udp", "--run-programs");
        Program sender = send("udp", "--mode", "arithmetic", "--program", "sum,counteq:0");

        assertThat(sender.exitCode()).as(sender.errText()).isZero();
        assertThat(receiver.exitCode()).isZero();
        List<String> answers = Files.readAllLines(sender.out());
        assertThat(answers).hasSize(DESCRIPTORS / 1_024).allMatch(answer -> answer.contains("sum"));
    }

    @Test
    void aProgramThatChangesBytesOrThatNobodyAllowedIsRefusedAndTheScheduleIsNot() throws Exception {
        Program receiver = receive("udp", "--keep", "--run-programs");
        Program changing = send("udp", "--mode", "offset", "--program", "xor:255");
        assertThat(changing.exitCode()).as(changing.errText()).isZero();
        assertThat(Files.readAllLines(changing.out())).isNotEmpty().allMatch(answer -> answer.startsWith("refused: "));
        receiver.signal("TERM");
        assertThat(receiver.exitCode()).isEqualTo(143);
    }

    @Test
    void anotherBlobIsRefusedBySentence() throws Exception {
        senders = blob("other", 8);
        receive("udp");
        Program sender = send("udp", "--mode", "offset");

        assertThat(sender.exitCode()).isEqualTo(10);
        assertThat(sender.errorMessage()).contains("different blobs");
    }

    @Test
    void whatDoesNotGoTogetherIsAUsageError() {
        assertThat(PfsUdp.run("send", "pfs1x", senders.toString(), "--program", "sum"))
                .isEqualTo(2);
        assertThat(PfsUdp.run("send", "pfs1x", senders.toString(), "--mode", "offset", "--program", "nonsense"))
                .isEqualTo(2);
        assertThat(PfsUdp.run("send", "pfs1x", senders.toString(), "--mode", "offset", "--segment", "0"))
                .isEqualTo(2);
        assertThat(PfsUdp.run("send", "pfs1x", "-", "--mode", "offset")).isEqualTo(2);
        assertThat(PfsUdp.run("recv", "--mode", "offset")).isEqualTo(2);
        assertThat(PfsUdp.run("recv", "--run-programs", senders.toString())).isEqualTo(2);
    }
}
