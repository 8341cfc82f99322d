package io.packetfs.ackwindow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacerTest {
    private static final int BYTES = 1_472;
    private static final long MILLISECOND_NS = 1_000_000L;
    private static final long SECOND_NS = 1_000_000_000L;

    private final Pacer pacer = new Pacer(BYTES);
    private long nowNs = Long.MAX_VALUE - SECOND_NS / 2;

    @ParameterizedTest
    @ValueSource(longs = {20_000, 1_000_000, 12_500_000, 125_000_000, 2_000_000_000L})
    void keepsTheRateWhenServedOnTime(long bytesPerSecond) {
        pacer.rate(nowNs, bytesPerSecond);

        long sent = run(2 * SECOND_NS, 0);

        assertThat(sent).isBetween((long) (1.98 * bytesPerSecond), 2 * bytesPerSecond + savedUpBytes(bytesPerSecond));
    }

    @ParameterizedTest
    @ValueSource(longs = {1_000_000, 12_500_000, 125_000_000})
    void keepsTheRateWhenServedHalfAMillisecondLate(long bytesPerSecond) {
        pacer.rate(nowNs, bytesPerSecond);

        long sent = run(2 * SECOND_NS, MILLISECOND_NS / 2);

        assertThat(sent).isGreaterThan((long) (1.97 * bytesPerSecond));
    }

    @ParameterizedTest
    @ValueSource(longs = {1_000_000, 12_500_000, 125_000_000})
    void keepsTheRateOfASenderThatWaitsAndIsServedSevenMillisecondsLate(long bytesPerSecond) {
        pacer.rate(nowNs, bytesPerSecond);

        long sent = run(2 * SECOND_NS, 7 * MILLISECOND_NS);

        assertThat(sent).isGreaterThan((long) (1.97 * bytesPerSecond));
    }

    @Test
    void owesALateSenderNoMoreThanEightMilliseconds() {
        pacer.rate(nowNs, 12_500_000);
        run(10 * MILLISECOND_NS, 0);
        long dueNs = pacer.nextSendNs(nowNs);

        nowNs = dueNs + SECOND_NS;

        assertThat(pacer.sendableBytes(nowNs)).isEqualTo(pacer.quantumBytes() + 8 * 12_500L);
    }

    @Test
    void knowsHowLateItsSenderComes() {
        pacer.rate(nowNs, 12_500_000);
        run(100 * MILLISECOND_NS, 0);
        assertThat(pacer.latenessNs(nowNs)).isZero();

        run(100 * MILLISECOND_NS, MILLISECOND_NS / 2);
        assertThat(pacer.latenessNs(nowNs)).isEqualTo(MILLISECOND_NS / 2);

        nowNs += SECOND_NS;
        pacer.sendableBytes(nowNs);
        assertThat(pacer.latenessNs(nowNs)).isEqualTo(8 * MILLISECOND_NS);
    }

    @Test
    void aSenderThatHadNothingToSendWasNotLate() {
        pacer.rate(nowNs, 12_500_000);
        run(100 * MILLISECOND_NS, 0);
        pacer.onSent(nowNs, BYTES); // the last it had; it asks for no time to send more

        nowNs += SECOND_NS;

        assertThat(pacer.sendableBytes(nowNs)).isPositive();
        assertThat(pacer.latenessNs(nowNs)).isZero();
    }

    @Test
    void aTrainHoldsAMillisecondOfDataWithinItsBounds() {
        assertThat(Pacer.quantumBytes(20_000_000, BYTES)).isEqualTo(20_000);
        assertThat(Pacer.quantumBytes(2_000_000_000L, BYTES)).isEqualTo(Pacer.QUANTUM_BYTES_MAX);
        assertThat(Pacer.quantumBytes(10_000_000, BYTES))
                .as("ten packets, 1.5 ms")
                .isEqualTo(10 * BYTES);
        assertThat(Pacer.quantumBytes(1_000_000, BYTES)).as("4 ms").isEqualTo(4_000);
        assertThat(Pacer.quantumBytes(10_000, BYTES)).as("two packets").isEqualTo(2 * BYTES);
        assertThat(Pacer.quantumBytes(2_000_000_000L, 65_507)).isEqualTo(Pacer.QUANTUM_BYTES_MAX);
    }

    @Test
    void releasesWholeTrainsHoweverOftenItIsAsked() {
        pacer.rate(nowNs, 12_500_000);
        run(100 * MILLISECOND_NS, 0);
        int trains = 0;
        int packets = 0;
        boolean wasOpen = false;
        for (long endNs = nowNs + SECOND_NS; nowNs - endNs < 0; nowNs += 20_000) {
            boolean isOpen = pacer.sendableBytes(nowNs) > 0;
            trains += isOpen && !wasOpen ? 1 : 0;
            wasOpen = isOpen;
            while (pacer.sendableBytes(nowNs) >= BYTES) {
                pacer.onSent(nowNs, BYTES);
                packets++;
                wasOpen = false;
            }
        }

        assertThat((double) packets / trains).isGreaterThan(9);
    }

    @Test
    void theInitialWindowGoesAtOnceAtAnyRate() {
        pacer.rate(nowNs, 1_000);
        int packets = 0;
        while (pacer.sendableBytes(nowNs) >= BYTES) {
            pacer.onSent(nowNs, BYTES);
            packets++;
        }

        assertThat(packets).isEqualTo(Pacer.PACKETS_AT_FIRST);
        assertThat(pacer.nextSendNs(nowNs) - nowNs).isGreaterThan(SECOND_NS);
    }

    @Test
    void anHourOfSilenceSavesUpNoMoreThanATrainAndAMillisecond() {
        pacer.rate(nowNs, 12_500_000);
        run(10 * MILLISECOND_NS, 0);
        pacer.onSent(nowNs, BYTES); // the last it had; it asks for no time to send more

        nowNs += 3_600 * SECOND_NS;

        assertThat(pacer.sendableBytes(nowNs)).isEqualTo(pacer.quantumBytes() + 12_500L);
    }

    @Test
    void whatIsSentRegardlessIsPaidBack() {
        pacer.rate(nowNs, 1_000_000);
        run(10 * MILLISECOND_NS, 0);
        long before = pacer.nextSendNs(nowNs);

        pacer.onSent(nowNs, 10_000);

        assertThat(pacer.nextSendNs(nowNs) - before).isBetween(9 * MILLISECOND_NS, 15 * MILLISECOND_NS);
    }

    @Test
    void theNextTimeToSendIsExact() {
        pacer.rate(nowNs, 3_333_333);
        for (int i = 0; i < 1_000; i++) {
            while (pacer.sendableBytes(nowNs) > 0) {
                pacer.onSent(nowNs, BYTES);
            }
            long nextNs = pacer.nextSendNs(nowNs);
            assertThat(nextNs - nowNs).isPositive();
            assertThat(pacer.sendableBytes(nextNs - 1_000)).isZero();
            nowNs = nextNs;
            assertThat(pacer.sendableBytes(nowNs)).isPositive();
        }
    }

    /** Sends whenever it is time, or so much later; returns the bytes sent. */
    private long run(long durationNs, long latenessNs) {
        long endNs = nowNs + durationNs;
        long sent = 0;
        while (nowNs - endNs < 0) {
            while (pacer.sendableBytes(nowNs) > 0) {
                pacer.onSent(nowNs, BYTES);
                sent += BYTES;
            }
            nowNs = pacer.nextSendNs(nowNs) + latenessNs;
        }
        return sent;
    }

    /** What may be there at the start, and what the last train may hold. */
    private long savedUpBytes(long bytesPerSecond) {
        return 2L * pacer.quantumBytes() + bytesPerSecond / 1_000 + (long) Pacer.PACKETS_AT_FIRST * BYTES;
    }
}
