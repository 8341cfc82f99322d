package io.packetfs.blob;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class SeededBytesTest {
    /** The first outputs for this seed in the published examples of SplitMix64. */
    @Test
    void wordsAreThePublishedOutputsOfSplitMix64() {
        long[] published = {
            6_457_827_717_110_365_317L,
            3_203_168_211_198_807_973L,
            Long.parseUnsignedLong("9817491932198370423"),
            4_593_380_528_125_082_431L,
            Long.parseUnsignedLong("16408922859458223821")
        };
        for (int i = 0; i < published.length; i++) {
            assertThat(SeededBytes.word(1_234_567, i)).isEqualTo(published[i]);
        }
    }

    @Test
    void wordsAreThoseOfTheLibrarysOwnGenerator() {
        SplittableRandom random = new SplittableRandom(-42);
        for (int i = 0; i < 1_000; i++) {
            assertThat(SeededBytes.word(-42, i)).isEqualTo(random.nextLong());
        }
    }

    @Test
    void lowerBytesOfAWordComeFirst() {
        long word = SeededBytes.word(7, 0);

        assertThat(SeededBytes.byteAt(7, 0)).isEqualTo((byte) word);
        assertThat(SeededBytes.byteAt(7, 7)).isEqualTo((byte) (word >>> 56));
    }

    @Property(tries = 200)
    void anyRangeIsThatOfTheWhole(
            @ForAll long seed,
            @ForAll @LongRange(min = 0, max = 1L << 45) long offset,
            @ForAll @IntRange(max = 200) int length) {
        MemorySegment memory = MemorySegment.ofArray(new byte[length]);

        SeededBytes.fill(memory, offset, seed);

        for (int i = 0; i < length; i++) {
            assertThat(memory.get(ValueLayout.JAVA_BYTE, i)).isEqualTo(SeededBytes.byteAt(seed, offset + i));
        }
        assertThat(SeededBytes.mismatch(memory, offset, seed)).isEqualTo(-1);
        if (length > 0) {
            int changed = Math.floorMod(seed, length);
            memory.set(ValueLayout.JAVA_BYTE, changed, (byte) ~memory.get(ValueLayout.JAVA_BYTE, changed));
            assertThat(SeededBytes.mismatch(memory, offset, seed)).isEqualTo(changed);
        }
    }

    @Test
    void severalThreadsFillAsOneDoes() throws BlobException {
        try (Blob one = Blob.anonymous((9 << 20) + 5, BlobPages.AUTO);
                Blob three = Blob.anonymous((9 << 20) + 5, BlobPages.ORDINARY)) {
            SeededBytes.fill(one.memory(), 99, 1);
            SeededBytes.fill(three.memory(), 99, 3);

            assertThat(one.memory().mismatch(three.memory())).isEqualTo(-1);
            assertThat(SeededBytes.mismatch(three.memory(), 0, 99)).isEqualTo(-1);
        }
    }
}
