package io.packetfs.blob.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class ChunkTaggerTest {
    private static final byte[] KEY = HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f");

    @Test
    void theVectorOfTheSpecificationHasThisTag() {
        byte[] content = new byte[42];
        for (int i = 0; i < 40; i++) {
            content[i + 1] = (byte) i;
        }

        assertThat(new ChunkTagger(KEY, 64).tag(5, content, 1, 40).toString())
                .isEqualTo("1c2fe6c28e2d6cc83bd7502b6093b47f");
    }

    @Test
    void aTagTellsContentsPlacesLengthsAndKeysApart() {
        ChunkTagger tagger = new ChunkTagger(KEY, 1_000);
        byte[] content = new byte[1_000];
        ChunkTag tag = tagger.tag(0, content, 0, 1_000);

        assertThat(tagger.tag(1, content, 0, 1_000)).isNotEqualTo(tag);
        assertThat(tagger.tag(0, content, 0, 999)).isNotEqualTo(tag);
        content[500] ^= 1;
        assertThat(tagger.tag(1, content, 0, 1_000)).isNotEqualTo(tag);
        content[500] ^= 1;
        assertThat(tagger.tag(0, content, 0, 1_000)).isEqualTo(tag);
        assertThat(new ChunkTagger(new byte[16], 1_000).tag(0, content, 0, 1_000))
                .isNotEqualTo(tag);
    }

    @Test
    void aKeyHasSixteenBytes() {
        assertThatThrownBy(() -> new ChunkTagger(new byte[15], 1_000)).isInstanceOf(IllegalArgumentException.class);
    }
}
