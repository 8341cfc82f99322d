package io.packetfs.endpoint;

import static io.packetfs.endpoint.EnginePair.MS;
import static io.packetfs.endpoint.EnginePair.SECOND;
import static io.packetfs.endpoint.Frames.Gram.placed;
import static io.packetfs.endpoint.Frames.Gram.staged;
import static io.packetfs.protocol.ReasonCode.ACK_INVALID;
import static io.packetfs.protocol.ReasonCode.PROTOCOL_VIOLATION;
import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.protocol.AckRanges;
import io.packetfs.protocol.ReasonCode;
import io.packetfs.protocol.TransportParameters;
import io.packetfs.protocol.Wire;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A peer with valid keys that breaks the rules of packet numbers, acknowledgements and control frames. */
class HostileControlTest {
    private static final int PACKET_NUMBER_OFFSET = 8;

    private final Recorder application = new Recorder();
    private final HostilePeer peer = new HostilePeer(Engines.tight(), application);

    // acknowledgements

    @Test
    void anAckOfANumberThatWasNeverSentClosesAndChangesNothing() {
        sendGrams(20);
        ConnectionStats before = peer.connection.stats();
        peer.send(new Frames().ack(0, 0, peer.packetNumbers.last() + 1_000));
        requireClosed(ACK_INVALID);
        requireSendStateOf(before);
    }

    @Test
    void anAckOfANumberThatWasSkippedClosesAndChangesNothing() {
        long skipped = skippedNumber();
        ConnectionStats before = peer.connection.stats();
        int acknowledgedGrams = application.acknowledged.size();
        peer.send(new Frames().ack(0, skipped, skipped));
        requireClosed(ACK_INVALID);
        requireSendStateOf(before);
        assertThat(application.acknowledged).hasSize(acknowledgedGrams);
    }

    @Test
    void anAckThatSpansASkippedNumberClosesAndChangesNothing() {
        skippedNumber();
        sendGrams(5);
        ConnectionStats before = peer.connection.stats();
        int acknowledgedGrams = application.acknowledged.size();
        peer.send(new Frames().ack(0, 0, peer.packetNumbers.last()));
        requireClosed(ACK_INVALID);
        requireSendStateOf(before);
        assertThat(application.acknowledged).hasSize(acknowledgedGrams);
    }

    @Test
    void aStaleAckIsIgnored() {
        sendGrams(20);
        acknowledgeAll();
        ConnectionStats before = peer.connection.stats();
        for (int i = 0; i < 50; i++) {
            long old = peer.packetNumbers.first();
            peer.send(new Frames().ack(0, old, old));
            peer.send(new Frames().ack(0xffff_ffffL, ackRanges()));
        }
        assertThat(peer.isClosed()).isFalse();
        requireSendStateOf(before);
    }

    @Test
    void aHugeAckDelayIsNotBelieved() {
        sendGrams(2);
        peer.advance(20 * MS);
        peer.send(new Frames().ack(0, ackRanges()));
        sendGrams(2);
        peer.advance(40 * MS);
        peer.send(new Frames().ack(0xffff_ffffL, ackRanges()));
        ConnectionStats stats = peer.connection.stats();
        assertThat(peer.isClosed()).isFalse();
        assertThat(stats.rttNsMin()).isBetween(20 * MS, 40 * MS);
        assertThat(stats.rttNsSmoothed()).isBetween(20 * MS, 40 * MS);
    }

    @Test
    void anAckBeforeAnythingWasSentCloses() {
        HostilePeer hasty = new HostilePeer(Engines.tight(), new Recorder(), new Frames().ack(0, 0, 0));
        assertThat(hasty.closeReason).isEqualTo(ACK_INVALID);
    }

    // packet numbers

    @Test
    void oddNumbersThenEvenOnesTakeNoMoreThanTheirBoundAndEveryPacketIsCounted() {
        int packets = 12_000;
        List<byte[]> even = new ArrayList<>();
        for (int i = 1; i <= packets; i++) {
            peer.sendAs(2L * i + 1, new Frames().ping());
            peer.advance(MS);
            even.add(peer.seal(2L * i + 2, new Frames().ping()));
        }
        peer.advance(SECOND);
        assertThat(peer.ackRangesMax).isEqualTo(AckRanges.COUNT_MAX);
        even.forEach(peer::deliver);
        peer.advance(SECOND);
        ConnectionStats stats = peer.connection.stats();
        assertThat(peer.isClosed()).isFalse();
        // and the first packet of all
        assertThat(stats.packetsReceived() + stats.packetsDiscarded()).isEqualTo(2L * packets + 1);
        assertThat(stats.packetsDiscarded()).isBetween(1L, (long) packets);
        long last = peer.send(new Frames().ping());
        peer.advance(SECOND);
        assertThat(peer.isAcknowledged(last)).isTrue();
    }

    @Test
    void packetNumbersMayPassEveryWidthThatACounterCouldHave() {
        long lastNumber = 0;
        for (long generation = 1; generation <= 1 << 10; generation++) {
            // at a change of keys, where 2^31 and 2^32 lie too
            long change = generation << 22;
            for (long number = change - 1; number <= change + 1; number++) {
                peer.sendAs(number, new Frames().ping());
                lastNumber = number;
            }
            peer.advance(30 * MS);
            if (generation % 256 == 0) {
                peer.send(new Frames().ack(0, ackRanges()));
            }
            for (long number = change - 1; number <= change + 1; number++) {
                assertThat(peer.isAcknowledged(number)).as("number %d", number).isTrue();
            }
        }
        assertThat(lastNumber).isGreaterThan(1L << 32);
        assertThat(peer.connection.stats().packetsDiscarded()).isZero();
    }

    @Test
    void aNumberTwoKeyChangesAheadIsDiscardedAndCounted() {
        byte[] packet = peer.seal(1, new Frames().whole(staged(0, 10)));
        peer.sendAs(2L << 22, new Frames().whole(staged(0, 10)));
        assertThat(application.delivered).isEmpty();
        assertThat(peer.connection.stats().packetsDiscarded()).isEqualTo(1);
        peer.deliver(packet);
        assertThat(application.delivered).hasSize(1);
    }

    @Test
    void aNumberBeyondTheLastIsDiscardedAndCounted() {
        byte[] packet = peer.seal(1, new Frames().ping());
        for (long number : new long[] {1L << 62, Long.MAX_VALUE, Long.MIN_VALUE, -1}) {
            Wire.putU64(packet, PACKET_NUMBER_OFFSET, number);
            long before = peer.connection.stats().packetsDiscarded();
            peer.victim.receive(HostilePeer.ADDRESS, packet);
            assertThat(peer.connection.stats().packetsDiscarded() - before).isEqualTo(1);
            peer.advance(SECOND);
        }
    }

    @Test
    void packetsOfOtherVersionsAndTypesAndWithReservedFlagsAreDiscardedAndCounted() {
        Frames frames = new Frames().whole(staged(0, 10));
        EndpointStats stats = peer.victim.endpoint.stats();
        peer.deliver(peer.seal(1, frames, 0x30, 0));
        assertThat(stats.foreign()).isEqualTo(1);
        peer.deliver(peer.seal(2, frames, 0x0c, 0));
        assertThat(stats.foreign()).isEqualTo(2);
        peer.deliver(peer.seal(3, frames, 0, 0x80));
        assertThat(stats.unknownConnection()).isEqualTo(1);
        assertThat(application.delivered).isEmpty();
        peer.send(frames);
        assertThat(application.delivered).hasSize(1);
    }

    @Test
    void theSamePacketTwiceIsReadOnce() {
        byte[] packet = peer.seal(1, new Frames().whole(staged(0, 10)));
        peer.victim.receive(HostilePeer.ADDRESS, packet);
        peer.victim.receive(HostilePeer.ADDRESS, packet);
        assertThat(application.delivered).hasSize(1);
        assertThat(peer.connection.stats().packetsDuplicate()).isEqualTo(1);
        assertThat(peer.connection.stats().framesDuplicate()).isZero();
    }

    // control frames

    @Test
    void creditThatGoesBackwardsIsIgnored() {
        peer.send(new Frames().credit(0, 0));
        sendGrams(5);
        acknowledgeAll();
        assertThat(application.acknowledged).hasSize(5);
    }

    @Test
    void noMoreGramsAreOpenedThanAreGrantedThoughAllAreAcknowledged() {
        int granted = TransportParameters.GRAM_WINDOW_DEFAULT;
        for (int i = 0; i < granted + 500; i++) {
            application.send(OutboundGram.staged(1, false, new byte[1]));
        }
        acknowledgeFor(4 * SECOND);
        assertThat(peer.wholeGramsReceived).isEqualTo(granted);
        assertThat(application.acknowledged).hasSize(granted);
        peer.send(new Frames().credit(0, granted + 100));
        acknowledgeFor(SECOND);
        assertThat(application.acknowledged).hasSize(granted + 100);
    }

    @Test
    void noGramIsOpenedAWindowAboveOneThatIsNotAcknowledgedHoweverMuchIsGranted() {
        int window = TransportParameters.GRAM_WINDOW_DEFAULT;
        peer.send(new Frames().credit(1L << 40, 1L << 40));
        for (int i = 0; i < window + 500; i++) {
            application.send(OutboundGram.staged(1, false, new byte[1]));
        }
        for (int i = 0; i < 400; i++) {
            peer.advance(10 * MS);
            peer.send(new Frames().ack(0, ackRangesWithout(peer.firstGramPackets)));
        }
        assertThat(peer.largestGramId).isEqualTo(window - 1);
        acknowledgeFor(SECOND);
        assertThat(application.acknowledged).hasSize(window + 500);
    }

    @Test
    void creditBeyondTheLastNumberIsRefused() {
        byte[] credit = new Frames().credit(0, 0).bytes();
        credit[8 + 7] = 0x40;
        peer.send(raw(credit));
        requireClosed(PROTOCOL_VIOLATION);
    }

    @Test
    void anAckAfterEveryPacketIsSentToWhoAsksForIt() {
        peer.send(new Frames().ackFrequency(1, 0));
        int before = peer.acksReceived;
        for (int i = 0; i < 20; i++) {
            peer.send(new Frames().ping());
        }
        assertThat(peer.acksReceived - before).isEqualTo(20);
    }

    @Test
    void whoAsksForAcksAsSeldomAsCanBeStillGetsOneForAGap() {
        peer.send(new Frames().ackFrequency(65_535, 0xffff_ffffL));
        int before = peer.acksReceived;
        for (int i = 0; i < 1_000; i++) {
            peer.send(new Frames().ping());
        }
        assertThat(peer.acksReceived - before).isZero();
        peer.sendAs(5_000, new Frames().ping());
        assertThat(peer.isAcknowledged(1_000)).isTrue();
        assertThat(peer.isAcknowledged(5_000)).isTrue();
    }

    @Test
    void whoOnlyAsksForAcksAndNeverGivesAnyMakesNothingPileUp() {
        peer.send(new Frames().ackFrequency(1, 0));
        for (int i = 0; i < 24_000; i++) {
            peer.send(new Frames().ping());
            peer.advance(MS / 2);
            if (i < 100) {
                peer.send(new Frames().ack(0, ackRanges())); // what the engine sends on its own at first
            }
        }
        assertThat(peer.acksReceived).isGreaterThan(24_000);
        assertThat(peer.connection.session().sendPath().framesRemembered()).isLessThan(10_000);
    }

    @Test
    void whoTalksButAcknowledgesNothingIsGivenUpAtTheIdleTimeout() {
        sendGrams(1);
        long startNs = peer.victim.nowNs();
        while (!application.closed) {
            peer.send(new Frames().ping());
            peer.advance(100 * MS);
        }
        assertThat(application.closeReason).isEqualTo(ReasonCode.IDLE_TIMEOUT);
        assertThat(application.closeMessage).contains("nothing was acknowledged");
        assertThat(peer.victim.nowNs() - startNs).isBetween(30 * SECOND, 31 * SECOND);
        assertThat(peer.isClosed()).isFalse();
        assertThat(peer.victim.endpoint.connectionCount()).isZero();
    }

    @Test
    void anAckFrequencyThatWasLostIsAskedForAgain() {
        sendGrams(3);
        peer.advance(20 * MS);
        peer.send(new Frames().ack(0, ackRanges()));
        assertThat(peer.ackFrequencyPackets).hasSize(1);
        for (int i = 0; i < 20 && peer.ackFrequencyPackets.size() == 1; i++) {
            sendGrams(1);
            peer.advance(20 * MS);
            peer.send(new Frames().ack(0, ackRangesWithout(peer.ackFrequencyPackets)));
        }
        assertThat(peer.ackFrequencyPackets).hasSize(2);
    }

    @Test
    void whatThePeerHasSeenAcknowledgedIsNotListedAgain() {
        peer.sendAs(10, new Frames().ping());
        peer.advance(SECOND);
        assertThat(peer.isAcknowledged(0)).isTrue();
        peer.send(new Frames().ack(0, ackRanges()));
        peer.sendAs(20, new Frames().ping());
        peer.advance(SECOND);
        assertThat(peer.isAcknowledged(20)).isTrue();
        assertThat(peer.isAcknowledged(0)).isFalse();
    }

    @Test
    void anAckForNoPacketsAtAllCannotBeAskedFor() {
        byte[] frequency = new Frames().ackFrequency(1, 0).bytes();
        frequency[2] = 0;
        peer.send(raw(frequency));
        requireClosed(PROTOCOL_VIOLATION);
    }

    @Test
    void aCloseEndsItAtOnceAndIsAnsweredWithSilence() {
        sendGrams(3);
        peer.send(new Frames().close(ReasonCode.APPLICATION, "bad\u0007bell").ping());
        assertThat(application.closedByPeer).isTrue();
        assertThat(application.closeReason).isEqualTo(ReasonCode.APPLICATION);
        assertThat(application.closeMessage).isEqualTo("bad\ufffdbell");
        assertThat(peer.victim.endpoint.connectionCount()).isZero();
        long sent = peer.packetNumbers.size();
        peer.send(new Frames().ping());
        peer.advance(60 * SECOND);
        assertThat(peer.packetNumbers).hasSize((int) sent);
    }

    @Test
    void aCloserSaysItAgainAtMostSixteenTimesAndOncePerPacket() {
        peer.connection.close(ReasonCode.APPLICATION, "enough");
        peer.advance(0);
        int before = peer.packetNumbers.size();
        peer.send(new Frames().ping());
        assertThat(peer.packetNumbers.size() - before).isEqualTo(1);
        for (int i = 0; i < 100; i++) {
            peer.send(new Frames().ping());
        }
        assertThat(peer.packetNumbers.size() - before).isEqualTo(15);
        peer.advance(60 * SECOND);
        assertThat(peer.victim.endpoint.connectionCount()).isZero();
        peer.send(new Frames().ping());
        assertThat(peer.victim.endpoint.stats().unknownConnection()).isEqualTo(1);
    }

    // structure

    @Test
    void everyFrameThatIsCutShortAnywhereIsRefused() {
        List<byte[]> frames = new ArrayList<>();
        frames.add(new Frames().ack(0, 0, 0).bytes());
        frames.add(new Frames().ackFrequency(2, 1).bytes());
        frames.add(new Frames().credit(1, 1).bytes());
        frames.add(new Frames().challenge(7).bytes());
        frames.add(new Frames().response(7).bytes());
        frames.add(new Frames().close(0, "bye").bytes());
        frames.add(new Frames().head(staged(0, 32)).bytes());
        frames.add(new Frames().chunk(placed(0, 0, 32), 0, 32, 0, 0).bytes());
        frames.add(new Frames().whole(staged(0, 32)).bytes());
        for (byte[] frame : frames) {
            for (int bytes = 0; bytes < frame.length; bytes += 1 + frame.length / 40) {
                requireRefused(Arrays.copyOf(frame, bytes));
            }
        }
    }

    @Test
    void framesOfUnknownTypesAreRefused() {
        for (int type : new int[] {0x08, 0x0f, 0x13, 0x14, 0x20, 0x80, 0xff}) {
            byte[] frame = new byte[40];
            frame[0] = (byte) type;
            requireRefused(frame);
        }
    }

    @Test
    void reservedBytesThatAreSetAreRefused() {
        for (int type : new int[] {0x03, 0x04, 0x05, 0x06, 0x07, 0x10, 0x11, 0x12}) {
            byte[] frame = new byte[100];
            frame[0] = (byte) type;
            frame[1] = 1;
            requireRefused(frame);
        }
        requireRefused(new byte[] {0, 0, 0, 1});
    }

    private static void requireRefused(byte[] payload) {
        Recorder recorder = new Recorder();
        HostilePeer hostile = new HostilePeer(Engines.tight(), recorder);
        hostile.send(raw(payload));
        assertThat(ReasonCode.name(hostile.closeReason))
                .as("payload %s", Arrays.toString(payload))
                .isEqualTo("PROTOCOL_VIOLATION");
        assertThat(recorder.delivered).isEmpty();
    }

    private static Frames raw(byte[] payload) {
        Frames frames = new Frames();
        for (byte value : payload) {
            frames.raw(value);
        }
        return frames;
    }

    private void sendGrams(int count) {
        for (int i = 0; i < count; i++) {
            application.send(OutboundGram.staged(1, false, new byte[1_000]));
        }
        peer.advance(0);
    }

    private void acknowledgeAll() {
        for (int i = 0; i < 100 && !application.isAllAcknowledged(); i++) {
            peer.advance(10 * MS);
            peer.send(new Frames().ack(0, ackRanges()));
        }
        assertThat(application.isAllAcknowledged()).isTrue();
    }

    private void acknowledgeFor(long ns) {
        for (long passed = 0; passed < ns; passed += 10 * MS) {
            peer.advance(10 * MS);
            peer.send(new Frames().ack(0, ackRanges()));
        }
    }

    /** Lets the engine send until it has left out a number, and returns that. */
    private long skippedNumber() {
        while (peer.packetNumbers.last() < 300) {
            sendGrams(20);
            acknowledgeAll();
        }
        for (long number = 0; number < peer.packetNumbers.last(); number++) {
            if (!peer.packetNumbers.contains(number)) {
                return number;
            }
        }
        throw new AssertionError("no number was skipped");
    }

    /** All numbers that have come, the highest ranges first. */
    private long[] ackRanges() {
        return ackRangesWithout(Set.of());
    }

    private long[] ackRangesWithout(Set<Long> kept) {
        List<Long> ranges = new ArrayList<>();
        for (long number : peer.packetNumbers.descendingSet()) {
            if (kept.contains(number)) {
                continue;
            }
            int last = ranges.size() - 2;
            if (last >= 0 && ranges.get(last) == number + 1) {
                ranges.set(last, number);
            } else {
                ranges.add(number);
                ranges.add(number);
            }
        }
        return ranges.stream().mapToLong(Long::longValue).toArray();
    }

    private void requireClosed(int reason) {
        assertThat(ReasonCode.name(peer.closeReason)).isEqualTo(ReasonCode.name(reason));
        assertThat(application.closeReason).isEqualTo(reason);
        peer.advance(60 * SECOND);
        assertThat(peer.victim.endpoint.connectionCount()).isZero();
    }

    private void requireSendStateOf(ConnectionStats before) {
        ConnectionStats after = peer.connection.stats();
        assertThat(after.congestionWindowBytes()).isEqualTo(before.congestionWindowBytes());
        assertThat(after.pacingBytesPerSecond()).isEqualTo(before.pacingBytesPerSecond());
        assertThat(after.rttNsSmoothed()).isEqualTo(before.rttNsSmoothed());
        assertThat(after.rttNsMin()).isEqualTo(before.rttNsMin());
        assertThat(after.packetsLost()).isEqualTo(before.packetsLost());
        assertThat(after.packetsSpurious()).isEqualTo(before.packetsSpurious());
        assertThat(after.datagramBytes()).isEqualTo(before.datagramBytes());
    }
}
