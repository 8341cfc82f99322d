package io.packetfs.blob.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ChunkIndexTest {
    @Property(tries = 100)
    void findsWhatATableOfTheLibraryFinds(@ForAll List<@IntRange(min = 1, max = 40) Integer> lengths) {
        ChunkIndex index = new ChunkIndex();
        Map<List<Integer>, Long> twin = new HashMap<>();
        long place = 0;
        for (int length : lengths) {
            int crc = length * 7 % 5 - 2;
            index.add(length, crc, place);
            twin.putIfAbsent(List.of(length, crc), place);
            place += length;
        }

        assertThat(index.count()).isEqualTo(twin.size());
        for (int length = 1; length <= 41; length++) {
            for (int crc = -3; crc <= 3; crc++) {
                assertThat(index.find(length, crc)).isEqualTo(twin.getOrDefault(List.of(length, crc), -1L));
            }
        }
    }

    @Test
    void growsAndTakesNoMoreThanItsLimit() {
        ChunkIndex index = new ChunkIndex();
        for (int i = 0; i < ChunkIndex.CHUNKS_MAX; i++) {
            assertThat(index.add(1 + i % 3, i, i)).isTrue();
        }

        assertThat(index.add(9, 9, 9)).isFalse();
        assertThat(index.find(9, 9)).isEqualTo(-1);
        assertThat(index.add(1, 0, 5)).isTrue();
        assertThat(index.count()).isEqualTo(ChunkIndex.CHUNKS_MAX);
        assertThat(index.find(1, 0)).isZero();
        assertThat(index.find(1 + 2_000_000 % 3, 2_000_000)).isEqualTo(2_000_000);
    }

    @Test
    void theEmptyChunkIsNowhere() {
        assertThat(new ChunkIndex().find(0, 0)).isEqualTo(-1);
        assertThat(new ChunkIndex().find(-1, 0)).isEqualTo(-1);
    }
}
