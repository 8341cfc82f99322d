package io.packetfs.ackwindow;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.protocol.AckFrame;
import org.junit.jupiter.api.Test;

class EcnPathTest {
    private final EcnPath path = new EcnPath();
    private final AckFrame ack = new AckFrame();

    @Test
    void marksOnTrialUntilThePeerAccountsForIt() {
        send(EcnPath.PACKETS_ON_TRIAL);
        assertThat(path.codepoint()).isEqualTo(EcnPath.NOT_ECT);

        acknowledge(1);
        path.onAck(ack.ecn(1, 0, 0), true);

        assertThat(path.codepoint()).isEqualTo(EcnPath.ECT0);
    }

    @Test
    void reportsNewCongestionMarksOnce() {
        send(5);
        acknowledge(3);

        assertThat(path.onAck(ack.ecn(1, 0, 2), true)).isEqualTo(2);
        assertThat(path.onAck(ack.ecn(1, 0, 2), true)).isZero();
        assertThat(path.isOff()).isFalse();
    }

    @Test
    void aPeerThatReportsNoCountsEndsIt() {
        send(2);
        acknowledge(1);

        path.onAck(ack.clear(), true);

        assertThat(path.isOff()).isTrue();
        assertThat(path.codepoint()).isEqualTo(EcnPath.NOT_ECT);
    }

    @Test
    void aPathThatBleachesMarksEndsIt() {
        send(4);
        acknowledge(4);

        path.onAck(ack.ecn(1, 0, 0), true);

        assertThat(path.isOff()).isTrue();
    }

    @Test
    void countsThatGoBackwardsEndIt() {
        send(8);
        acknowledge(4);
        path.onAck(ack.ecn(3, 0, 1), true);

        acknowledge(2);
        assertThat(path.onAck(ack.ecn(6, 0, 0), true)).isZero();

        assertThat(path.isOff()).isTrue();
    }

    @Test
    void anOvertakenAckIsNoProof() {
        send(8);
        acknowledge(6);
        path.onAck(ack.ecn(6, 0, 0), true);

        path.onAck(ack.ecn(2, 0, 0), false);

        assertThat(path.isOff()).isFalse();
    }

    @Test
    void marksForPacketsNeverMarkedEndIt() {
        send(3);
        acknowledge(3);

        path.onAck(ack.ecn(3, 0, 5), true);

        assertThat(path.isOff()).isTrue();
    }

    @Test
    void aPathThatTurnsMarksAroundEndsIt() {
        send(3);
        acknowledge(3);

        path.onAck(ack.ecn(0, 3, 0), true);

        assertThat(path.isOff()).isTrue();
    }

    @Test
    void aPathThatMarksEverythingIsReactedToAndThenNotBelieved() {
        long reported = 0;
        long marked = 0;
        for (int i = 0; i < 100; i++) {
            send(10);
            acknowledge(10);
            marked += 10;
            reported += path.onAck(ack.ecn(0, 0, marked), true);
        }

        assertThat(path.isOff()).isTrue();
        assertThat(reported).isBetween(EcnPath.PACKETS_JUDGED, EcnPath.PACKETS_JUDGED + 10);
    }

    @Test
    void aPathThatDropsWhateverIsMarkedEndsIt() {
        send(EcnPath.PACKETS_ON_TRIAL);
        for (int i = 0; i < EcnPath.PACKETS_ON_TRIAL; i++) {
            path.onLost();
        }

        assertThat(path.isOff()).isTrue();
    }

    private void send(int count) {
        for (int i = 0; i < count; i++) {
            path.onSent(1);
        }
    }

    private void acknowledge(int count) {
        for (int i = 0; i < count; i++) {
            path.onAcked(1);
        }
    }
}
