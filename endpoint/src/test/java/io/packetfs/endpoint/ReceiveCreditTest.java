package io.packetfs.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReceiveCreditTest {
    private static final int WINDOW = 1_000_000;
    private static final int WINDOW_MAX = 6_000_000;
    private static final int GRAM_BYTES = 100_000;

    private static final long ROUND_TRIP_NS = 100_000_000;

    private long nowNs = 1;

    /** Slow: a quarter of the window takes longer than round trips do. */
    private long nsPerGram = ROUND_TRIP_NS;

    private final ReceiveCredit credit = new ReceiveCredit(WINDOW, WINDOW_MAX, GRAM_BYTES);

    @Test
    void growsWhileThePeerHasMoreThanAQuarterOfItUnderWay() {
        open(6);
        deliver(3);
        assertThat(credit.windowBytes()).isEqualTo(2 * WINDOW);
        assertThat(credit.grantedBytes()).isEqualTo(2L * GRAM_BYTES + 2 * WINDOW);
    }

    @Test
    void growsUntilItIsFourTimesWhatIsUnderWay() {
        open(8);
        for (int i = 0; i < 1_000; i++) {
            deliver(1);
            open(1);
        }
        assertThat(credit.windowBytes()).isEqualTo(4 * WINDOW);
    }

    @Test
    void staysAsItIsWhenThePeerHasLittleUnderWay() {
        for (int i = 0; i < 100; i++) {
            open(2);
            deliver(2);
        }
        assertThat(credit.windowBytes()).isEqualTo(WINDOW);
        assertThat(credit.grantedBytes()).isGreaterThan(200L * GRAM_BYTES + WINDOW / 2);
    }

    @Test
    void growsWhileAQuarterIsConsumedInLessThanHalfARoundTripThoughLittleIsUnderWay() {
        nsPerGram = ROUND_TRIP_NS / 10; // a megabyte per round trip
        for (int i = 0; i < 200; i++) {
            open(1);
            deliver(1);
        }
        assertThat(credit.windowBytes()).isEqualTo(2 * WINDOW);
    }

    @Test
    void doesNotGrowBecauseTheApplicationIsSlow() {
        open(2);
        for (int i = 0; i < 7; i++) {
            credit.onLanded(GRAM_BYTES);
            credit.onDelivered(GRAM_BYTES);
            open(1);
        }
        assertThat(credit.windowBytes()).isEqualTo(WINDOW);
    }

    @Test
    void doesNotGrowForGramsThatAreOpenedAndNotFilled() {
        open(10);
        credit.onLanded(2 * GRAM_BYTES);
        assertThat(credit.windowBytes()).isEqualTo(WINDOW);
    }

    @Test
    void growsForBytesThatHaveLandedThoughEveryGramWaitsForARepair() {
        open(10);
        credit.onLanded(9 * GRAM_BYTES);
        assertThat(credit.windowBytes()).isEqualTo(2 * WINDOW);
        assertThat(credit.isGrantDue()).isTrue();
    }

    @Test
    void growsNoFurtherThanItsLimit() {
        long openedBytes = 0;
        for (int i = 0; i < 100; i++) {
            while (credit.grantedBytes() - openedBytes >= GRAM_BYTES) {
                open(1);
                openedBytes += GRAM_BYTES;
            }
            deliver(3);
        }
        assertThat(credit.windowBytes()).isEqualTo(WINDOW_MAX);
    }

    @Test
    void isGrantedAnewWhenAQuarterIsUsedAndNotForEveryGram() {
        int grants = 0;
        for (int i = 0; i < 100; i++) {
            open(1);
            deliver(1);
            grants += credit.isGrantDue() ? 1 : 0;
            credit.grantDue(false);
        }
        assertThat(grants).isBetween(10, 34);
    }

    @Test
    void refusesWhatWasNotGranted() {
        assertThat(credit.onOpened(WINDOW)).isTrue();
        assertThat(credit.onOpened(1)).isFalse();
    }

    private void open(int grams) {
        for (int i = 0; i < grams; i++) {
            assertThat(credit.onOpened(GRAM_BYTES)).isTrue();
        }
    }

    private void deliver(int grams) {
        for (int i = 0; i < grams; i++) {
            credit.onLanded(GRAM_BYTES);
            credit.onDelivered(GRAM_BYTES);
            credit.onConsumed(nowNs, GRAM_BYTES, ROUND_TRIP_NS);
            nowNs += nsPerGram;
        }
    }
}
