package io.packetfs.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which frame goes on where another of its kind and length has ended. */
class NextFrameTest {
    private static final int LENGTH = 800;
    private static final int POSITION = 0x12_3458;
    private static final long GRAM_ID = 0x1234_89ab_cdefL;
    private static final long BLOB_OFFSET = 0x0f_0000_ff00L;
    private static final int AT = 5;

    private static byte[] chunk(int position, int blobId, long blobOffset) {
        byte[] array = new byte[AT + ChunkFrame.BYTES + LENGTH];
        ChunkFrame.write(array, AT, LENGTH, position, GRAM_ID, blobOffset, blobId, 56, 1 << 24);
        return array;
    }

    private static byte[] piece(int position) {
        byte[] array = new byte[AT + PieceFrame.BYTES + LENGTH];
        PieceFrame.write(array, AT, position, GRAM_ID);
        return array;
    }

    @Test
    void aChunkMovesOnToTheOneBehindItAlone() {
        byte[] next = chunk(POSITION + LENGTH, 3, BLOB_OFFSET + LENGTH);
        ChunkFrame frame = new ChunkFrame().read(chunk(POSITION, 3, BLOB_OFFSET), AT);
        for (int bit = 0; bit < 8 * ChunkFrame.BYTES; bit++) {
            byte[] other = next.clone();
            other[AT + bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(frame.moveOn(other, AT)).as("bit %d", bit).isFalse();
        }
        assertThat(frame.slabPosition()).isEqualTo(POSITION);
        assertThat(frame.blobOffset()).isEqualTo(BLOB_OFFSET);

        assertThat(frame.moveOn(next, AT)).isTrue();

        assertThat(frame.array()).isSameAs(next);
        assertThat(frame.payloadOffset()).isEqualTo(AT + ChunkFrame.BYTES);
        assertThat(frame.slabPosition()).isEqualTo(POSITION + LENGTH);
        assertThat(frame.blobOffset()).isEqualTo(BLOB_OFFSET + LENGTH);
        assertThat(frame.gramId()).isEqualTo(GRAM_ID);
        assertThat(frame.moveOn(chunk(POSITION + 2 * LENGTH, 3, BLOB_OFFSET + 2 * LENGTH), AT))
                .isTrue();
    }

    @Test
    void aChunkOfAStagedSlabStaysAtOffsetZero() {
        ChunkFrame frame = new ChunkFrame().read(chunk(POSITION, 0, 0), AT);

        assertThat(frame.moveOn(chunk(POSITION + LENGTH, 0, LENGTH), AT)).isFalse();
        assertThat(frame.moveOn(chunk(POSITION + LENGTH, 0, 0), AT)).isTrue();
        assertThat(frame.blobOffset()).isZero();
    }

    @Test
    void aPieceMovesOnToTheOneBehindItAlone() {
        byte[] first = piece(POSITION);
        byte[] next = piece(POSITION + LENGTH);
        PieceFrame frame = new PieceFrame().read(first, AT, first.length);
        for (int bit = 0; bit < 8 * PieceFrame.BYTES; bit++) {
            byte[] other = next.clone();
            other[AT + bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(frame.moveOn(other, AT)).as("bit %d", bit).isFalse();
        }
        assertThat(frame.slabPosition()).isEqualTo(POSITION);

        assertThat(frame.moveOn(next, AT)).isTrue();

        assertThat(frame.array()).isSameAs(next);
        assertThat(frame.payloadOffset()).isEqualTo(AT + PieceFrame.BYTES);
        assertThat(frame.slabPosition()).isEqualTo(POSITION + LENGTH);
        assertThat(frame.length()).isEqualTo(LENGTH);
        assertThat(frame.gramId(GRAM_ID)).isEqualTo(GRAM_ID);
    }

    @Test
    void behindAPieceThatEndsWithinAGrainThereIsNone() {
        byte[] first = piece(POSITION);
        PieceFrame frame = new PieceFrame().read(first, AT, first.length - 3);

        assertThat(frame.moveOn(piece(POSITION + LENGTH - 8), AT)).isFalse();
        assertThat(frame.moveOn(piece(POSITION + LENGTH), AT)).isFalse();
    }
}
