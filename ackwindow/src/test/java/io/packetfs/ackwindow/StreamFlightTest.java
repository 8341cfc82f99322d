package io.packetfs.ackwindow;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.protocol.AckFrame;
import io.packetfs.protocol.AckRanges;
import io.packetfs.protocol.ReasonCode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamFlightTest {
    private static final long MS = 1_000_000;
    private static final int DATA = Flight.ACK_ELICITING | Flight.IN_FLIGHT;

    private final StreamFlight flight = new StreamFlight(25 * MS);
    private final List<Long> acked = new ArrayList<>();
    private final PacketFate fate = new PacketFate() {
        @Override
        public void onAcked(long first, long last) {
            for (long number = first; number <= last; number++) {
                acked.add(number);
            }
        }

        @Override
        public void onLost(long packetNumber) {
            throw new AssertionError("lost " + packetNumber);
        }

        @Override
        public void onSpurious(long packetNumber) {
            throw new AssertionError("spurious " + packetNumber);
        }

        @Override
        public void onMtuProbeAcked(int bytes) {
            throw new AssertionError("a probe");
        }

        @Override
        public void onMtuProbeLost(int bytes) {
            throw new AssertionError("a probe");
        }
    };

    private void send(long nowNs, int flags) {
        flight.onPacketSent(nowNs, flight.nextPacketNumber(), 1_000, flags);
    }

    private int ack(long nowNs, long first, long last, long delayUs) {
        AckFrame ack = new AckFrame();
        ack.clear().ranges().add(first, last);
        ack.ackDelayUs(delayUs);
        return flight.onAck(nowNs, ack, fate);
    }

    @Test
    void oneNumberAcknowledgesAllBelow() {
        for (int i = 0; i < 5; i++) {
            send(i, DATA);
        }

        assertThat(ack(MS, 3, 3, 0)).isEqualTo(ReasonCode.NO_ERROR);

        assertThat(acked).containsExactly(0L, 1L, 2L, 3L);
        assertThat(flight.lowestRemembered()).isEqualTo(4);
        assertThat(ack(2 * MS, 0, 2, 0)).isEqualTo(ReasonCode.NO_ERROR);
        assertThat(acked).hasSize(4);
        assertThat(flight.counters().acksWithoutNews()).isOne();
    }

    @Test
    void whatCannotBeTrueChangesNothing() {
        send(0, DATA);
        send(0, DATA);
        send(0, DATA);

        AckFrame gap = new AckFrame();
        AckRanges ranges = gap.clear().ranges();
        ranges.add(2, 2);
        ranges.add(0, 0);
        assertThat(flight.onAck(1, gap, fate)).isEqualTo(ReasonCode.ACK_INVALID);
        assertThat(ack(1, 0, 3, 0)).isEqualTo(ReasonCode.ACK_INVALID);

        assertThat(acked).isEmpty();
        assertThat(flight.counters().acksInvalid()).isEqualTo(2);
        assertThat(flight.bytesInFlight()).isEqualTo(3_000);
    }

    @Test
    void noNumberIsSkippedAndNothingIsTimedOut() {
        for (int i = 0; i < 200_000; i++) {
            assertThat(flight.nextPacketNumber()).isEqualTo(i);
            send(i, DATA);
        }
        flight.onDeadline(1_000_000 * MS, fate);

        assertThat(flight.deadlineNs()).isEqualTo(Long.MAX_VALUE);
        assertThat(flight.probesDue()).isZero();
        assertThat(flight.sendableBytes(0)).isPositive();
        assertThat(acked).isEmpty();
    }

    @Test
    void theRoundTripOfOnePacketAtATimeIsMeasuredWithoutTheDelayOfTheAck() {
        send(0, DATA);
        send(5 * MS, DATA);
        ack(30 * MS, 0, 0, 10_000);

        // less the 10 ms once there is a shortest round trip to compare with
        assertThat(flight.rtt().smoothedNs()).isEqualTo(30 * MS);
        send(40 * MS, DATA);
        ack(80 * MS, 0, 2, 10_000);
        // of the one sent at 40 ms; what went before it was not timed
        assertThat(flight.rtt().latestNs()).isEqualTo(40 * MS);
        assertThat(flight.rtt().smoothedNs()).isEqualTo(30 * MS);
        assertThat(flight.bytesInFlight()).isZero();
    }

    @Test
    void whatOnlyAcknowledgesIsForgottenAtOnce() {
        for (int i = 0; i < 10; i++) {
            send(0, 0);
        }

        assertThat(flight.lowestRemembered()).isEqualTo(10);
        assertThat(flight.bytesInFlight()).isZero();
        send(0, DATA);
        send(0, 0);
        assertThat(flight.lowestRemembered()).isZero();
        ack(1, 0, 10, 0);
        assertThat(flight.lowestRemembered()).isEqualTo(12);
    }

    @Test
    void nothingGoesToAPeerThatIsBlocked() {
        flight.onPeerBlocked(true);

        assertThat(flight.sendableBytes(0)).isZero();
        assertThat(flight.isWindowFull()).isTrue();
        assertThat(flight.isOutOfRecords()).isTrue();
        assertThat(flight.nextSendNs(7)).isEqualTo(Long.MAX_VALUE);
        flight.onPeerBlocked(false);
        assertThat(flight.sendableBytes(0)).isPositive();
        assertThat(flight.nextSendNs(7)).isEqualTo(7);
    }

    @Test
    void aPeerThatNeverAcknowledgesStopsTheSenderInTheEnd() {
        for (int i = 0; i < StreamFlight.UNACKNOWLEDGED_MAX; i++) {
            assertThat(flight.isOutOfRecords()).isFalse();
            send(0, DATA);
        }

        assertThat(flight.isOutOfRecords()).isTrue();
        ack(1, 0, 0, 0);
        assertThat(flight.isOutOfRecords()).isFalse();
    }

    @Test
    void anAcknowledgementIsDueWhenAGramIsWholeOrTheTimeIsOver() {
        StreamReceiveWindow window = new StreamReceiveWindow(25 * MS);
        for (int i = 0; i < 1_000; i++) {
            assertThat(window.isNew(i)).isTrue();
            assertThat(window.isNew(i + 1)).isFalse();
            window.onPacket(i, i, true, -1);
        }

        assertThat(window.isAckDue(24 * MS)).isFalse();
        assertThat(window.isAckDue(25 * MS)).isTrue();
        window.onAckSent(25 * MS, 0);
        assertThat(window.hasUnreported()).isFalse();
        window.onGramDelivered();
        window.onPacket(26 * MS, 1_000, true, -1);
        assertThat(window.isAckDue(26 * MS)).isTrue();
    }
}
