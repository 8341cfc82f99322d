package io.packetfs.records;

import static io.packetfs.records.VirtualPair.MS;
import static io.packetfs.records.VirtualPair.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.packetfs.protocol.ReasonCode;
import io.packetfs.protocol.Ticket;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** What records go through, in virtual time. */
class VirtualRecordsTest {
    private static final GramConfig TIGHT = GramConfig.defaults()
            .withRecordBytesMax(4_000)
            .withBuffers(16_000, 64_000)
            .withTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(5));

    private static VirtualPair clean() {
        return new VirtualPair(1, VirtualPair.link(20, 0));
    }

    private static VirtualPair tight() {
        return new VirtualPair(1, VirtualPair.link(20, 0), TIGHT, TIGHT);
    }

    private static byte[] record(int bytes, int value) {
        byte[] record = new byte[bytes];
        Arrays.fill(record, (byte) value);
        return record;
    }

    private static byte[] await(VirtualPair pair, GramLane lane) {
        byte[][] record = new byte[1][];
        pair.runUntil(() -> (record[0] = polled(lane)) != null, 10 * SECOND);
        return record[0];
    }

    private static byte[] polled(GramLane lane) {
        try {
            return lane.tryReceive();
        } catch (GramException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isTaken(GramLane lane, byte[] record) {
        try {
            return lane.tryOffer(record);
        } catch (GramException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void recordsOfAnyLengthGoBothWaysOnEveryLane() throws Exception {
        VirtualPair pair = clean();
        GramConnection client = pair.connect();
        GramConnection server = pair.accepted();
        client.lane(0).tryOffer(new byte[0]);
        client.orderedLane(255).tryOffer(record(1 << 20, 7));
        server.lane(0).tryOffer(record(3, 9));

        assertThat(await(pair, server.lane(0))).isEmpty();
        assertThat(await(pair, server.lane(255))).isEqualTo(record(1 << 20, 7));
        assertThat(await(pair, client.lane(0))).isEqualTo(record(3, 9));
    }

    @Test
    void aRecordAboveTheLimitIsRefusedWithBothNumbers() {
        GramConfig large = TIGHT.withBuffers(1 << 20, 1 << 20);
        VirtualPair pair = new VirtualPair(1, VirtualPair.link(1, 0), large, TIGHT);
        GramConnection client = pair.connect();

        assertThat(client.recordBytesMax()).isEqualTo(4_000);
        assertThatThrownBy(() -> client.lane(0).tryOffer(new byte[4_001]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a record of 4001 bytes was offered; the limit is 4000");
    }

    @Test
    void smallRecordsThatAreThereTogetherShareDatagrams() throws Exception {
        VirtualPair pair = clean();
        GramConnection client = pair.connect();
        pair.accepted();
        pair.runFor(SECOND);
        long before = pair.datagramsToServer();
        for (int i = 0; i < 32; i++) {
            client.lane(0).tryOffer(record(50, i));
        }
        pair.settle();

        // 14 of them, with 52 bytes for frame and head of each, go into a datagram of 1,472
        assertThat(pair.datagramsToServer() - before).isEqualTo(3);
    }

    @Test
    void aSlowReaderHoldsTheSenderBackAndNothingIsLost() throws Exception {
        VirtualPair pair = tight();
        GramLane out = pair.connect().orderedLane(3);
        GramLane in = pair.accepted().lane(3);
        int offered = 0;
        for (int i = 0; i < 500; i++) {
            while (out.tryOffer(record(1_000, offered))) {
                offered++;
            }
            pair.runFor(10 * MS);
        }

        int costBytes = GramConfig.costBytes(1_000);
        assertThat(offered).isBetween(60_000 / costBytes, (16_000 + 64_000) / costBytes);

        for (int i = 0; i < offered; i++) {
            assertThat(await(pair, in)).isEqualTo(record(1_000, i));
        }
        for (int i = 0; i < 500; i++) {
            byte[] record = record(1_000, i);
            pair.runUntil(() -> isTaken(out, record), SECOND);
            assertThat(await(pair, in)).isEqualTo(record);
        }
    }

    @Test
    void whoWasRefusedIsToldOfRoom() throws Exception {
        VirtualPair pair = tight();
        GramLane out = pair.connect().lane(0);
        int[] told = new int[1];
        out.onWritable(() -> told[0]++);
        while (out.tryOffer(record(1_000, 1))) {
            assertThat(told[0]).isZero();
        }

        pair.runUntil(() -> told[0] > 0, SECOND);

        assertThat(out.tryOffer(record(1_000, 1))).isTrue();
        assertThat(told[0]).isOne();
    }

    @Test
    void aRecordIsAcknowledgedWhenThePeerHasIt() throws Exception {
        VirtualPair pair = clean();
        GramConnection client = pair.connect();
        GramConnection server = pair.accepted();

        CompletableFuture<Void> acknowledged = client.lane(0).send(record(10, 1));
        pair.runFor(15 * MS);
        assertThat(acknowledged).isNotDone();
        pair.runUntil(acknowledged::isDone, SECOND);

        assertThat(acknowledged).isCompleted();
        assertThat(server.lane(0).tryReceive()).isEqualTo(record(10, 1));
    }

    @Test
    void closingDeliversWhatWasOfferedAndThenTheEnd() throws Exception {
        VirtualPair pair = new VirtualPair(1, VirtualPair.link(20, 0.1));
        GramConnection client = pair.connect();
        GramLane in = pair.accepted().lane(0);
        for (int i = 0; i < 1_000; i++) {
            assertThat(client.lane(0).tryOffer(record(1_000, i))).isTrue();
        }

        CompletableFuture<Void> closing = client.closeAsync();
        assertThatThrownBy(() -> client.lane(0).tryOffer(record(1, 1))).isInstanceOf(GramException.class);
        pair.runUntil(closing::isDone, 10 * SECOND);
        pair.runUntil(() -> in.connection().ended().isDone(), 60 * SECOND);

        assertThat(closing).isCompleted();
        assertThat(in.connection().ended()).isCompleted();
        for (int i = 0; i < 1_000; i++) {
            assertThat(in.isEnded()).isFalse();
            assertThat(in.tryReceive()).hasSize(1_000);
        }
        assertThat(in.isEnded()).isTrue();
        assertThat(in.receive()).isNull();
        assertThat(in.connection().lane(77).receive()).isNull();
    }

    @Test
    void givingUpFailsWhatIsNotAcknowledgedAndTellsThePeerWhy() throws Exception {
        VirtualPair pair = clean();
        GramConnection client = pair.connect();
        GramLane in = pair.accepted().lane(0);
        CompletableFuture<Void> first = client.lane(0).send(record(10, 1));
        pair.runUntil(first::isDone, SECOND);
        CompletableFuture<Void> second = client.lane(0).send(record(10, 2));
        client.abort("enough");
        pair.runFor(SECOND);

        assertThat(second).isCompletedExceptionally();
        assertThat(in.tryReceive()).isEqualTo(record(10, 1));
        GramException lost = catchThrowableOfType(GramException.class, in::receive);
        assertThat(lost.reason()).isEqualTo(GramException.ABORTED);
        assertThat(lost.isByPeer()).isTrue();
        assertThat(lost).hasMessageContaining("enough");
        assertThat(client.closeAsync()).isCompletedExceptionally();
    }

    @Test
    void aConnectionThatFallsSilentIsLostOnBothSides() throws Exception {
        VirtualPair pair = tight();
        GramConnection client = pair.connect();
        GramLane in = pair.accepted().lane(0);
        pair.links(VirtualPair.link(20, 1));
        CompletableFuture<Void> acknowledged = client.lane(0).send(record(10, 1));
        pair.runUntil(() -> acknowledged.isDone() && in.connection().ended().isDone(), 30 * SECOND);

        assertThatThrownBy(acknowledged::join)
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(GramException.class);
        GramException lost = catchThrowableOfType(GramException.class, in::tryReceive);
        assertThat(lost.reason()).isEqualTo(ReasonCode.IDLE_TIMEOUT);
        assertThatThrownBy(() -> client.lane(0).offer(new byte[1])).hasMessageContaining("IDLE_TIMEOUT");
    }

    @Test
    void whoAnswersNotIsNotConnectedTo() {
        VirtualPair pair = tight();
        pair.links(VirtualPair.link(20, 1));

        CompletableFuture<GramConnection> connecting = pair.client.connectAsync(pair.listener.ticket());
        pair.runUntil(connecting::isDone, 10 * SECOND);

        assertThatThrownBy(connecting::join).hasMessageContaining("CONNECT_TIMEOUT");
    }

    @Test
    void ofSeveralAddressesThoseThatAnswerNotAreLeft() throws Exception {
        VirtualPair pair = clean();
        Ticket ticket = Ticket.parse(pair.listener.ticket());
        InetSocketAddress dead = new InetSocketAddress("10.0.0.9", 9);
        InetSocketAddress alive = ticket.addresses().getFirst();
        String both = new Ticket(
                        ticket.flags(), ticket.ticketId(), ticket.publicKey(), ticket.secret(), List.of(dead, alive))
                .encode();

        CompletableFuture<GramConnection> connecting = pair.client.connectAsync(both);
        pair.runUntil(connecting::isDone, 5 * SECOND);

        assertThat(connecting.join().peer()).isEqualTo(alive);
        assertThat(pair.network.nowNs()).isLessThan(SECOND);
    }

    @Test
    void moreConnectionsThanMayWaitToBeAcceptedAreRefused() {
        VirtualPair pair = new VirtualPair(1, VirtualPair.link(20, 0), TIGHT, TIGHT.withAcceptsMax(2));
        List<GramConnection> connections = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            connections.add(pair.connect());
        }
        pair.runFor(SECOND);

        assertThat(connections.get(1).ended()).isNotDone();
        assertThatThrownBy(() -> connections.get(2).lane(0).tryOffer(new byte[1]))
                .hasMessageContaining("BUSY: 2 connections wait to be accepted already");
        assertThat(pair.listener.tryAccept()).isNotNull();
    }

    @Test
    void aHandlerThatFailsEndsItsConnectionOnly() throws Exception {
        VirtualPair pair = clean();
        GramConnection failing = pair.connect();
        GramConnection other = pair.connect();
        pair.accepted().lane(0).onRecord(record -> {
            throw new IllegalStateException("no use for it");
        });
        GramLane in = pair.accepted().lane(0);
        failing.lane(0).tryOffer(new byte[1]);
        other.lane(0).tryOffer(record(1, 5));
        pair.runFor(SECOND);

        assertThat(failing.ended()).isCompletedExceptionally();
        assertThat(in.tryReceive()).isEqualTo(record(1, 5));
    }

    @Test
    void aHandlerGetsWhatWaitedForItFirst() throws Exception {
        VirtualPair pair = clean();
        GramLane out = pair.connect().orderedLane(0);
        GramLane in = pair.accepted().lane(0);
        out.tryOffer(record(1, 1));
        pair.runFor(SECOND);
        List<Byte> handled = new ArrayList<>();
        in.onRecord(record -> handled.add(record[0]));
        out.tryOffer(record(1, 2));
        pair.runFor(SECOND);

        assertThat(handled).containsExactly((byte) 1, (byte) 2);
        assertThatThrownBy(in::tryReceive).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aLaneIsOrderedOrNot() {
        GramConnection connection = clean().connect();
        connection.lane(4);

        assertThat(connection.lane(4)).isSameAs(connection.lane(4));
        assertThatThrownBy(() -> connection.orderedLane(4))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("lane 4 is in use as an unordered one");
        assertThatThrownBy(() -> connection.lane(256)).isInstanceOf(IllegalArgumentException.class);
    }
}
