package io.packetfs.ackwindow;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.protocol.AckFrame;
import io.packetfs.protocol.PacketHeader;
import io.packetfs.protocol.ReasonCode;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys live shorter when numbers are left out, and a receiver can follow all the same. spec: PRT-7 */
class KeyLifeTest extends LostCount {
    private static final int BYTES = 1_200;
    private static final long ROUND_TRIP_NS = 20_000_000;
    private static final int DATA = SendWindow.ACK_ELICITING | SendWindow.IN_FLIGHT;
    private static final long KEY = PacketHeader.NUMBERS_PER_KEY;
    private static final int PACKETS_PER_KEY = 40;

    private final SendWindow window = window(PACKETS_PER_KEY);
    private final AckFrame ack = new AckFrame();
    private final Set<Long> sent = new HashSet<>();
    private long nowNs;

    private static SendWindow window(int packetsPerKey) {
        return new SendWindow(BYTES, FixedRate.of(1_000_000_000L), new Random(1), 0, packetsPerKey);
    }

    @Test
    void numbersBeginShortlyBeforeTheFirstChangeOfKeysOrElseWithZero() {
        assertThat(window.nextPacketNumber()).isEqualTo(KEY - PACKETS_PER_KEY);
        assertThat(window((int) KEY).nextPacketNumber()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 40, 1_000})
    void aKeyGetsAboutSoManyPacketsWhenEachIsAcknowledged(int packetsPerKey) {
        SendWindow sender = window(packetsPerKey);
        long generation = 0;
        int packets = 0;
        while (generation < 6) {
            long number = sender.nextPacketNumber();
            if (number / KEY != generation) {
                assertThat(number / KEY).isEqualTo(generation + 1);
                // a number is skipped at random now and then
                assertThat(packets).isBetween(packetsPerKey - 1 - packetsPerKey / 8, packetsPerKey);
                generation++;
                packets = 0;
            }
            packets++;
            sender.onPacketSent(nowNs, number, BYTES, DATA);
            nowNs += ROUND_TRIP_NS;
            ack.clear().ranges().add(number, number);
            assertThat(sender.onAck(nowNs, ack, this)).isEqualTo(ReasonCode.NO_ERROR);
        }
    }

    @Test
    void nothingIsLeftOutWhileSomethingIsUnderWay() {
        long first = enterGenerationOne();
        send(PACKETS_PER_KEY);
        long next = window.nextPacketNumber();

        acknowledge(first + 2, next - 1);
        assertThat(window.nextPacketNumber()).isEqualTo(next);
        acknowledge(first + 1, first + 1);

        assertThat(window.bytesInFlight()).isZero();
        assertThat(window.nextPacketNumber()).isEqualTo(2 * KEY - PACKETS_PER_KEY / 2);
        assertThat(window.lowestRemembered()).isEqualTo(window.nextPacketNumber());
        assertThat(lost).isZero();
    }

    @Test
    void nothingIsLeftOutInAGenerationOfWhichThePeerHasAcknowledgedNothing() {
        long before = window.nextPacketNumber();
        send(1);
        for (int i = 0; i < 3 * PACKETS_PER_KEY; i++) {
            window.onPacketSent(nowNs, window.nextPacketNumber(), 60, 0); // acknowledges only
        }
        long next = window.nextPacketNumber();
        assertThat(next / KEY).isEqualTo(1);

        acknowledge(before, before);

        assertThat(window.bytesInFlight()).isZero();
        assertThat(window.nextPacketNumber()).isEqualTo(next);
    }

    @Test
    void acksOfNumbersThatWereLeftOutAreRefused() {
        send(3);
        refuse(KEY - PACKETS_PER_KEY - 1, KEY - PACKETS_PER_KEY);
        refuse(0, 0);

        enterGenerationOne();
        send(PACKETS_PER_KEY);
        long last = window.nextPacketNumber() - 1;
        acknowledge(KEY, last);
        send(3);
        long afterLeap = 2 * KEY - PACKETS_PER_KEY / 2;
        refuse(afterLeap - 1, afterLeap + 1);
        refuse(last + 1, last + 1);
        acknowledge(afterLeap, afterLeap);
    }

    /** Sends the last packets of generation 0 and the first two of the next, all acknowledged but the second; returns the first's number. */
    private long enterGenerationOne() {
        while (window.nextPacketNumber() < KEY) {
            long number = window.nextPacketNumber();
            send(1);
            nowNs += ROUND_TRIP_NS;
            acknowledge(number, number);
        }
        long first = window.nextPacketNumber();
        send(2);
        acknowledge(first, first);
        return first;
    }

    private void send(int packets) {
        for (int i = 0; i < packets; i++) {
            sent.add(window.nextPacketNumber());
            window.onPacketSent(nowNs, window.nextPacketNumber(), BYTES, DATA);
        }
    }

    /** Acknowledges those numbers that were sent. */
    private void acknowledge(long first, long last) {
        ack.clear();
        long top = last;
        for (long number = last; number >= first; number--) {
            if (!sent.contains(number)) {
                addRange(number + 1, top);
                top = number - 1;
            }
        }
        addRange(first, top);
        assertThat(window.onAck(nowNs, ack, this)).isEqualTo(ReasonCode.NO_ERROR);
    }

    private void addRange(long first, long last) {
        if (first <= last) {
            ack.ranges().add(first, last);
        }
    }

    private void refuse(long first, long last) {
        ack.clear().ranges().add(first, last);
        assertThat(window.onAck(nowNs, ack, this)).isEqualTo(ReasonCode.ACK_INVALID);
    }
}
