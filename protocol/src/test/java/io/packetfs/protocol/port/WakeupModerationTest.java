package io.packetfs.protocol.port;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WakeupModerationTest {

    private final WakeupModeration moderation = new WakeupModeration();

    WakeupModerationTest() {
        moderation.isNapDue(after(0));
    }

    /** So long after a beginning shortly before the clock wraps. */
    private static long after(long ns) {
        return Long.MAX_VALUE - 100_000 + ns;
    }

    @Test
    void whatComesCloselyIsNappedFor() {
        moderation.onReceived(44);
        moderation.onReceived(44);

        assertThat(moderation.isNapDue(after(700_000))).isTrue();
    }

    @Test
    void whatComesSlowlyWakes() {
        moderation.onReceived(44);
        moderation.onReceived(44);

        assertThat(moderation.isNapDue(after(710_000))).isFalse();
    }

    @Test
    void aNapThatBroughtNothingIsTheLast() {
        moderation.onReceived(1_000);
        moderation.isNapDue(after(100_000));

        assertThat(moderation.isNapDue(after(100_000 + WakeupModeration.NAP_NS)))
                .isFalse();
    }

    @Test
    void nothingAtAllWakes() {
        assertThat(new WakeupModeration().isNapDue(0)).isFalse();
    }
}
