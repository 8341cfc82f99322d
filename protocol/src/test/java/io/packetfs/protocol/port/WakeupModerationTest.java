package io.packetfs.protocol.port;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WakeupModerationTest {
    private static final long START_NS = Long.MAX_VALUE - 100_000; // so that the clock wraps

    private final WakeupModeration moderation = new WakeupModeration();

    WakeupModerationTest() {
        moderation.isNapDue(START_NS);
    }

    @Test
    void whatComesCloselyIsNappedFor() {
        moderation.onReceived(44);
        moderation.onReceived(44);

        assertThat(moderation.isNapDue(START_NS + 700_000)).isTrue();
    }

    @Test
    void whatComesSlowlyWakes() {
        moderation.onReceived(44);
        moderation.onReceived(44);

        assertThat(moderation.isNapDue(START_NS + 710_000)).isFalse();
    }

    @Test
    void aNapThatBroughtNothingIsTheLast() {
        moderation.onReceived(1_000);
        moderation.isNapDue(START_NS + 100_000);

        assertThat(moderation.isNapDue(START_NS + 100_000 + WakeupModeration.NAP_NS))
                .isFalse();
    }

    @Test
    void nothingAtAllWakes() {
        assertThat(new WakeupModeration().isNapDue(0)).isFalse();
    }
}
