package io.packetfs.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BasesAheadTest {
    private static final int BYTES = 200_000;

    @TempDir
    private Path folder;

    private final BasesAhead ahead = new BasesAhead();
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final Workers later = new Workers(Runnable::run, tasks::add, tasks::add, 1);
    private final Workers atOnce = new Workers(Runnable::run, Runnable::run);

    @Test
    void whatWasReadAheadIsThereWhenItIsNeeded() throws IOException {
        Path file = Folders.file(folder.resolve("a"), BYTES, 1);

        ahead.read(List.of(file), Long.MAX_VALUE, atOnce);

        assertThat(ahead.indexOf(BaseFiles.under(file)).isMade()).isTrue();
    }

    @Test
    void whatWasWrittenToSinceIsReadAgain() throws IOException {
        Path file = Folders.file(folder.resolve("a"), BYTES, 1);
        ahead.read(List.of(file), Long.MAX_VALUE, atOnce);

        Folders.file(file, BYTES, 2);
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000));

        assertThat(ahead.indexOf(BaseFiles.under(file)).isMade()).isFalse();
    }

    @Test
    void whatIsAsItWasIsNotReadTwice() throws IOException {
        Path file = Folders.file(folder.resolve("a"), BYTES, 1);
        ahead.read(List.of(file), Long.MAX_VALUE, atOnce);
        BaseIndex first = ahead.indexOf(BaseFiles.under(file));

        ahead.read(List.of(file), Long.MAX_VALUE, atOnce);

        assertThat(ahead.indexOf(BaseFiles.under(file))).isSameAs(first);
    }

    @Test
    void aTransferEndsWhatIsOfNoUseToIt() throws IOException {
        Path wanted = Folders.file(folder.resolve("wanted"), BYTES, 1);
        Path other = Folders.file(folder.resolve("other"), BYTES, 2);
        ahead.read(List.of(other, wanted), Long.MAX_VALUE, later);

        BaseIndex index = ahead.indexOf(BaseFiles.under(wanted));
        runTasks();

        assertThat(index.serves(BaseFiles.under(wanted))).isTrue();
        BaseIndex again = ahead.indexOf(BaseFiles.under(other));
        assertThat(again.isMade()).as("made from what was cut short").isFalse();
    }

    @Test
    void anIndexThatIsStillBeingMadeIsTakenOverByTheTransfer() throws IOException {
        Path file = Folders.file(folder.resolve("a"), BYTES, 1);
        ahead.read(List.of(file), Long.MAX_VALUE, later);

        BaseIndex index = ahead.indexOf(BaseFiles.under(file));
        index.make(later.helpers(), 1);
        int[] told = new int[1];
        index.whenMade(() -> told[0]++);
        int begun = tasks.size();
        runTasks();

        assertThat(begun).isEqualTo(1);
        assertThat(told[0]).isEqualTo(1);
        assertThat(index.isMade()).isTrue();
    }

    @Test
    void whatExceedsTheLimitIsPassedOver() throws IOException {
        Path small = Folders.file(folder.resolve("small"), 1_000, 1);
        Path large = Folders.file(folder.resolve("large"), BYTES, 2);
        Path second = Folders.file(folder.resolve("second"), 1_000, 3);

        ahead.read(List.of(small, large, second), 2_000, atOnce);

        assertThat(ahead.indexOf(BaseFiles.under(small)).isMade()).isTrue();
        assertThat(ahead.indexOf(BaseFiles.under(large)).isMade()).isFalse();
        assertThat(ahead.indexOf(BaseFiles.under(second)).isMade()).isTrue();
    }

    @Test
    void theNewestComesFirstAndTemporaryNamesNotAtAll() throws IOException {
        Path old = Folders.file(folder.resolve("old"), 10, 1);
        Path young = Folders.file(folder.resolve("young"), 10, 1);
        Folders.file(folder.resolve(TargetNames.temporary("young", "1a2b3c4d")), 10, 1);
        Files.setLastModifiedTime(old, FileTime.fromMillis(1_000));
        Files.setLastModifiedTime(young, FileTime.fromMillis(2_000));

        assertThat(BasesAhead.newestIn(folder)).containsExactly(young, old);
        assertThat(BasesAhead.newestIn(folder.resolve("nowhere"))).isEmpty();
    }

    private void runTasks() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }
}
