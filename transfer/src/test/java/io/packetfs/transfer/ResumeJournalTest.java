package io.packetfs.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packetfs.blob.Crc32c;
import io.packetfs.blob.HeapBlob;
import io.packetfs.transfer.ResumeJournal.Piece;
import io.packetfs.transfer.manifest.TransferId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResumeJournalTest {
    private static final TransferId ID = new TransferId(0x0123_4567_89ab_cdefL, 2);

    @TempDir
    private Path folder;

    private final HeapBlob blob = new HeapBlob(new byte[1_000]);

    @Test
    void remembersWhatWasAppended() throws IOException {
        append(piece(0, 100), piece(500, 100));

        assertThat(reopen(ID)).containsExactly(piece(0, 100), piece(500, 100));
    }

    @Test
    void ignoresARecordThatWasCutShort() throws IOException {
        append(piece(0, 100), piece(500, 100));
        byte[] bytes = Files.readAllBytes(path());
        Files.write(path(), Arrays.copyOf(bytes, bytes.length - 1));

        assertThat(reopen(ID)).containsExactly(piece(0, 100));

        append(piece(200, 10));
        assertThat(reopen(ID)).containsExactly(piece(0, 100), piece(200, 10));
    }

    @Test
    void ignoresWhatFollowsADamagedRecord() throws IOException {
        append(piece(0, 100), piece(500, 100), piece(700, 100));
        byte[] bytes = Files.readAllBytes(path());
        bytes[24 + 24 + 3] ^= 1;
        Files.write(path(), bytes);

        assertThat(reopen(ID)).containsExactly(piece(0, 100));
    }

    @Test
    void startsAnewForAnotherTransfer() throws IOException {
        append(piece(0, 100));

        assertThat(reopen(new TransferId(0x0123_4567_0000_0000L, 3))).isEmpty();
        assertThat(reopen(ID)).isEmpty();
    }

    @Test
    void startsAnewWhenTheFileIsNoJournal() throws IOException {
        Files.writeString(path(), "something else, longer than a header of a journal");

        assertThat(reopen(ID)).isEmpty();
    }

    @Test
    void countsOnlyBytesThatAreStillThere() throws IOException {
        append(piece(0, 100), piece(500, 100));
        blob.array()[550] = 1;

        assertThat(reopen(ID)).containsExactly(piece(0, 100));
    }

    @Test
    void countsNoByteTwiceAndNoneOutside() throws IOException {
        append(
                piece(0, 100),
                piece(50, 100),
                new Piece(950, 100, 0),
                new Piece(-1, 10, 0),
                new Piece(10, -5, 0),
                new Piece(Long.MAX_VALUE, 5, 0));

        assertThat(reopen(ID)).containsExactly(piece(0, 100));
    }

    @Test
    void servesOneTransferAtATime() throws IOException {
        ResumeJournal journal = ResumeJournal.open(folder, ID);

        assertThatThrownBy(() -> ResumeJournal.open(folder, ID)).hasMessageContaining("in use");

        journal.close();
        reopen(ID);
    }

    @Test
    void takesManyPiecesAtOnce() throws IOException {
        Piece[] pieces = new Piece[10_000];
        Arrays.setAll(pieces, i -> new Piece(i, 1, 0));
        append(pieces);

        ResumeJournal journal = ResumeJournal.open(folder, ID);
        assertThat(journal.recordedBytes()).isEqualTo(10_000);
        journal.close();
    }

    private void append(Piece... pieces) throws IOException {
        ResumeJournal journal = ResumeJournal.open(folder, ID);
        journal.append(List.of(pieces));
        journal.close();
    }

    private List<Piece> reopen(TransferId id) throws IOException {
        ResumeJournal journal = ResumeJournal.open(folder, id);
        List<Piece> pieces = journal.verified(blob);
        journal.close();
        return pieces;
    }

    private Piece piece(int offset, int length) {
        return new Piece(offset, length, Crc32c.of(blob, offset, length));
    }

    private Path path() throws IOException {
        Path path = folder.resolve(".pfs-01234567.journal");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.filter(file -> !file.equals(path))).isEmpty();
        }
        if (!Files.exists(path)) {
            Files.write(path, new byte[0], StandardOpenOption.CREATE);
        }
        return path;
    }
}
