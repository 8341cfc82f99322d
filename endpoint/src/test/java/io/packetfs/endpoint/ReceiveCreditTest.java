package io.packetfs.endpoint;

import static io.packetfs.endpoint.EnginePair.MS;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReceiveCreditTest {
    private static final int WINDOW = 1_000_000;
    private static final int WINDOW_MAX = 6_000_000;
    private static final int GRAM_BYTES = 100_000;
    private static final long RTT_NS = 10 * MS;

    private final ReceiveCredit credit = new ReceiveCredit(WINDOW, WINDOW_MAX, GRAM_BYTES, 0);
    private long nowNs;

    @Test
    void growsWhileHalfAWindowIsConsumedInLessThanTwoRoundTrips() {
        consume(WINDOW / 2, RTT_NS);
        assertThat(credit.windowBytes()).isEqualTo(2 * WINDOW);
        assertThat(credit.grantedBytes()).isEqualTo(WINDOW / 2 + 2 * WINDOW);
    }

    @Test
    void staysAsItIsWhenThePeerIsLimitedByOtherThings() {
        for (int i = 0; i < 20; i++) {
            consume(WINDOW / 2, 3 * RTT_NS);
        }
        assertThat(credit.windowBytes()).isEqualTo(WINDOW);
        assertThat(credit.grantedBytes()).isEqualTo(10L * WINDOW + WINDOW);
    }

    @Test
    void growsNoFurtherThanItsLimit() {
        for (int i = 0; i < 200; i++) {
            consume(WINDOW / 2, 0);
        }
        assertThat(credit.windowBytes()).isEqualTo(WINDOW_MAX);
    }

    @Test
    void isGrantedAnewWhenHalfIsUsedAndNotForEveryGram() {
        int grants = 0;
        for (int i = 0; i < 100; i++) {
            consume(GRAM_BYTES, RTT_NS);
            grants += credit.isGrantDue() ? 1 : 0;
            credit.grantDue(false);
        }
        assertThat(grants).isBetween(5, 20);
    }

    @Test
    void refusesWhatWasNotGranted() {
        assertThat(credit.onOpened(WINDOW)).isTrue();
        assertThat(credit.onOpened(1)).isFalse();
    }

    private void consume(int bytes, long inNs) {
        nowNs += inNs;
        assertThat(credit.onOpened(bytes)).isTrue();
        credit.onConsumed(nowNs, bytes, RTT_NS);
    }
}
