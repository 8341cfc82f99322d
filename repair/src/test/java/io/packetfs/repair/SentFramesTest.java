package io.packetfs.repair;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SentFramesTest {
    private record Frame(byte kind, long gramId, int position, int length) {}

    /** Where packet numbers may start: also just below the numbers at which an int, a u32 or the protocol would end. */
    private static final long[] STARTS = {0, (1L << 31) - 1_500, (1L << 32) - 1_500, (1L << 62) - 20_000};

    @Property(tries = 300, seed = "3")
    void remembersEachPacketAsAMapWould(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        SentFrames sent = new SentFrames();
        TreeMap<Long, List<Frame>> twin = new TreeMap<>();
        long next = STARTS[random.nextInt(STARTS.length)];
        long released = next;
        for (int step = 0; step < 3_000; step++) {
            next += random.nextInt(8) == 0 ? 1 + random.nextInt(3) : 0;
            sent.begin(next);
            List<Frame> frames = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                Frame frame = new Frame(SentFrames.CHUNK, random.nextInt(100), random.nextInt(1000), i);
                sent.add(frame.kind(), frame.gramId(), frame.position(), frame.length());
                frames.add(frame);
            }
            twin.put(next++, frames);
            if (random.nextInt(4) == 0) {
                next = addRow(random, sent, twin, next);
            }
            if (random.nextInt(10) == 0) {
                released = Math.max(released, next - random.nextInt(700));
                sent.releaseBelow(released);
                twin.headMap(released, false).clear();
            }
        }
        for (long packet = released; packet < next; packet++) {
            assertThat(sent.contains(packet)).isEqualTo(twin.containsKey(packet));
            if (twin.containsKey(packet)) {
                assertThat(framesOf(sent, packet)).isEqualTo(twin.get(packet));
            }
        }
        assertThat(sent.recordCount())
                .isEqualTo(twin.values().stream().mapToInt(List::size).sum());
    }

    /** Returns the number after the row's last. */
    private static long addRow(SplittableRandom random, SentFrames sent, Map<Long, List<Frame>> twin, long afterLast) {
        long first = afterLast + random.nextInt(3);
        int count = random.nextInt(1, random.nextInt(20) == 0 ? 600 : 45);
        int gramId = random.nextInt(100);
        int position = random.nextInt(1000);
        int length = random.nextInt(1, 1_500);
        sent.addRow(first, count, SentFrames.CHUNK, gramId, position, length);
        for (int i = 0; i < count; i++) {
            twin.put(first + i, List.of(new Frame(SentFrames.CHUNK, gramId, position + i * length, length)));
        }
        return first + count;
    }

    @Test
    void forgetsAllWhenAllIsReleased() {
        SentFrames sent = new SentFrames();
        sent.begin(5);
        sent.add(SentFrames.GRAM, 1, 0, 10);
        sent.releaseBelow(6);
        assertThat(sent.contains(5)).isFalse();
        assertThat(sent.recordCount()).isZero();
        sent.begin(1L << 60);
        sent.add(SentFrames.GRAM, 2, 0, 10);
        assertThat(framesOf(sent, 1L << 60)).containsExactly(new Frame(SentFrames.GRAM, 2, 0, 10));
    }

    private static List<Frame> framesOf(SentFrames sent, long packet) {
        List<Frame> frames = new ArrayList<>();
        for (long record = sent.first(packet); record < sent.end(packet); record++) {
            frames.add(new Frame(sent.kind(record), sent.gramId(record), sent.position(record), sent.length(record)));
        }
        return frames;
    }
}
