package io.packetfs.blob.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ChunkerTest {
    private static final ChunkSizes SIZES = new ChunkSizes(13);

    @Test
    void theTableIsThatOfTheSpecification() {
        long[] table = GearTable.values();

        assertThat(table[0]).isEqualTo(0x4494_4acb_f86b_24c8L);
        assertThat(table[255]).isEqualTo(0x52dd_4489_8fd1_af12L);
    }

    @Test
    void theVectorsOfTheSpecificationAreCutSo() {
        assertThat(lengths(vector(100_000), 13))
                .containsExactly(10760, 10209, 5423, 9293, 14176, 10143, 6140, 9901, 8587, 9070, 6298);
        assertThat(lengths(vector(1_000_000), 15).subList(0, 8))
                .containsExactly(35685, 48947, 29272, 31588, 34987, 29709, 50997, 34899);
        assertThat(lengths(new byte[70_000], 13)).containsExactly(32_768, 32_768, 4_464);
    }

    /** The rule of the specification, taken literally: every hash is added up from its 64 bytes. */
    @Property(tries = 60)
    void cutsWhereTheRuleSaysThatIsTakenLiterally(
            @ForAll long seed,
            @ForAll @IntRange(max = 60_000) int bytes,
            @ForAll @IntRange(min = 1, max = 8) int bits) {
        byte[] content = new byte[bytes];
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < bytes; i++) {
            content[i] = (byte) random.nextInt(1 << bits);
        }

        List<Integer> naive = new ArrayList<>();
        for (int from = 0; from < bytes; from += naive.getLast()) {
            naive.add(naiveCut(content, from));
        }

        assertThat(lengths(content, 13)).isEqualTo(naive);
    }

    @Test
    void allButTheLastKeepToTheSizes() {
        List<Integer> lengths = lengths(vector(3_000_000), 13);

        lengths.removeLast();
        assertThat(lengths).allSatisfy(length -> assertThat(length).isBetween(4_097, 32_768));
        assertThat(lengths.stream().mapToInt(each -> each).average().orElseThrow())
                .isBetween(8_192.0, 10_500.0);
    }

    @Test
    void bytesPutInChangeOnlyTheChunksAroundThem() {
        byte[] before = vector(2_000_000);
        byte[] after = new byte[before.length + 100];
        System.arraycopy(before, 0, after, 0, 1_000_000);
        System.arraycopy(before, 1_000_000, after, 1_000_100, 1_000_000);

        Set<String> known = new HashSet<>(contents(before));
        List<String> unknown = new ArrayList<>(contents(after));
        unknown.removeIf(known::contains);

        assertThat(unknown.size()).isBetween(1, 4);
    }

    static byte[] vector(int bytes) {
        byte[] content = new byte[bytes];
        long state = 1;
        for (int i = 0; i < bytes; i++) {
            state = state * 6_364_136_223_846_793_005L + 1_442_695_040_888_963_407L;
            content[i] = (byte) (state >>> 56);
        }
        return content;
    }

    private static List<Integer> lengths(byte[] content, int averageLog2) {
        Chunker chunker = new Chunker(new ChunkSizes(averageLog2));
        List<Integer> lengths = new ArrayList<>();
        for (int from = 0; from < content.length; from += lengths.getLast()) {
            lengths.add(chunker.cut(content, from, content.length));
        }
        return lengths;
    }

    private static List<String> contents(byte[] content) {
        List<String> contents = new ArrayList<>();
        int from = 0;
        for (int length : lengths(content, SIZES.averageLog2())) {
            contents.add(Arrays.hashCode(Arrays.copyOfRange(content, from, from + length)) + " " + length);
            from += length;
        }
        return contents;
    }

    private static int naiveCut(byte[] content, int from) {
        long[] gear = GearTable.values();
        for (int length = SIZES.minBytes() + 1; length <= SIZES.maxBytes(); length++) {
            int last = from + length - 1;
            if (last >= content.length) {
                return content.length - from;
            }
            long hash = 0;
            for (int back = 0; back < 64; back++) {
                hash += gear[content[last - back] & 0xff] << back;
            }
            int zeros = length <= SIZES.averageBytes() ? 14 : 11;
            if (hash >>> (64 - zeros) == 0) {
                return length;
            }
        }
        return SIZES.maxBytes();
    }
}
