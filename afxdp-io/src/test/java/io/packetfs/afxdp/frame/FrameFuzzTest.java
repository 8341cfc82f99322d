package io.packetfs.afxdp.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Whatever arrives is read within its bounds and gets one verdict. Frames are cut, damaged in up to six places, or random altogether, and
 * lie at the end of native memory of their own, so that a read behind them is an exception.
 */
class FrameFuzzTest {
    private static final int FRAMES_PER_TRY = 200;

    @Property(tries = 100)
    void neverReadsPastAFrameAndCountsEachOnce(@ForAll long seed) {
        Random random = new Random(seed);
        UdpFrameReader reader = Frames.reader();
        for (int i = 0; i < FRAMES_PER_TRY; i++) {
            try (Arena arena = Arena.ofConfined()) {
                readOne(reader, arena, frame(random), random);
            }
        }
        FrameCounters counters = reader.counters();
        assertThat(counters.count(FrameVerdict.ACCEPTED) + counters.rejected()).isEqualTo(FRAMES_PER_TRY);
        assertThat(counters.nonZero().values().stream()
                        .mapToLong(Long::longValue)
                        .sum())
                .isEqualTo(FRAMES_PER_TRY);
    }

    private static void readOne(UdpFrameReader reader, Arena arena, byte[] frame, Random random) {
        int offset = random.nextInt(32);
        MemorySegment memory = arena.allocate(Math.max(1, offset + frame.length));
        MemorySegment.copy(frame, 0, memory, ValueLayout.JAVA_BYTE, offset, frame.length);
        int elsewhere = random.nextInt(4) == 0 ? random.nextInt(9_000) : 0;
        if (reader.read(memory, offset, frame.length, frame.length + elsewhere) != FrameVerdict.ACCEPTED) {
            return;
        }
        assertThat(reader.payloadOffset()).isBetween(offset + 42L, (long) offset + frame.length);
        assertThat(reader.payloadOffset() - offset + reader.payloadBytes())
                .isLessThanOrEqualTo(frame.length + elsewhere);
        assertThat(reader.payloadBytes()).isNotNegative();
        assertThat(reader.source(memory).getPort()).isPositive();
    }

    private static byte[] frame(Random random) {
        byte[] payload = new byte[random.nextInt(200)];
        random.nextBytes(payload);
        if (random.nextInt(10) == 0) {
            return payload;
        }
        byte[] frame = Frames.frame(random.nextBoolean(), payload);
        for (int damages = random.nextInt(7); damages > 0; damages--) {
            // Mostly in the headers.
            int at = random.nextInt(random.nextInt(4) == 0 ? frame.length : Math.min(frame.length, 62));
            frame[at] = (byte) random.nextInt();
        }
        return random.nextInt(4) == 0 ? Arrays.copyOf(frame, random.nextInt(frame.length + 30)) : frame;
    }
}
