package io.packetfs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.cli.Programs.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Delta transfers as their users have them, with the helpers' threads. */
class DeltaProcessTest {
    private static final int BYTES = 60_000_000;

    @TempDir
    private Path folder;

    private Programs programs;
    private Path ticketFile;

    @BeforeEach
    void begin() {
        programs = new Programs(folder);
        ticketFile = folder.resolve("ticket");
    }

    @AfterEach
    void end() {
        programs.close();
    }

    @Test
    void anEditedFileIsSentAsItsEditsAndBothSidesSaySo() throws Exception {
        byte[] content = new byte[BYTES];
        new SplittableRandom(1).nextBytes(content);
        Path older = Files.write(folder.resolve("older"), content);
        Files.createDirectory(folder.resolve("target"));
        Files.copy(older, folder.resolve("target/file"));
        Arrays.fill(content, 30_000_000, 30_100_000, (byte) 1);
        Path file = Files.write(folder.resolve("file"), content);
        Program receiver = programs.receive(
                ticketFile, "--on-exists", "resume", folder.resolve("target").toString());

        Program sender = programs.start(
                "send", "--base", older.toString(), "--streams", "2", Programs.ticket(ticketFile), file.toString());

        assertThat(sender.exitCode()).as(sender.errText()).isZero();
        assertThat(receiver.exitCode()).as(receiver.errText()).isZero();
        assertThat(folder.resolve("target/file")).hasSameBinaryContentAs(file);
        int reused = (Integer) sender.summary().get("bytes_reused");
        assertThat(reused).isBetween(BYTES - 200_000, BYTES - 100_000);
        assertThat(receiver.summary()).containsEntry("bytes_reused", reused).containsEntry("bytes", BYTES);
        assertThat(sender.errText()).contains("reused");
    }

    @Test
    void aBaseThatIsNotThereIsALocalError() throws Exception {
        Program receiver =
                programs.receive(ticketFile, "--base", folder.resolve("nowhere").toString(), folder.toString());

        assertThat(receiver.exitCode()).isEqualTo(8);
        assertThat(receiver.errorMessage()).contains("cannot read the base").contains("nowhere");
    }
}
