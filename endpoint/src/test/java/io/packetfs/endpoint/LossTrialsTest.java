package io.packetfs.endpoint;

import static io.packetfs.endpoint.EnginePair.MS;
import static io.packetfs.endpoint.EnginePair.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.ackwindow.FixedRate;
import io.packetfs.protocol.ReasonCode;
import io.packetfs.sim.Blackout;
import io.packetfs.sim.LinkEvent;
import io.packetfs.sim.LinkSettings;
import io.packetfs.sim.PacketFilter;
import io.packetfs.sim.PacketFilter.Verdict;
import io.packetfs.sim.Reordering;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What must hold when packets are lost, late or doubled, whichever they are. */
class LossTrialsTest {
    private static final LinkSettings TEN_MS =
            LinkSettings.builder().delayMs(10).build();

    @Test
    void finishesWhicheverOneDatagramIsLost() {
        Transfer clean = new Transfer(1, 20_000, TEN_MS);
        assertThat(clean.run(10 * SECOND)).isTrue();
        long up = clean.pair.up().counters().datagrams(LinkEvent.SENT);
        long down = clean.pair.down().counters().datagrams(LinkEvent.SENT);
        long cleanNs = clean.pair.network.nowNs();
        for (long lost = 0; lost < up + down; lost++) {
            Transfer transfer = new Transfer(1, 20_000, TEN_MS);
            if (lost < up) {
                transfer.pair.up().filter(PacketFilter.drop(lost));
            } else {
                transfer.pair.down().filter(PacketFilter.drop(lost - up));
            }
            assertThat(transfer.run(10 * SECOND)).as("datagram %d lost", lost).isTrue();
            transfer.requireWhole();
            // a lost handshake packet costs its repetition, anything else a probe or less
            assertThat(transfer.pair.network.nowNs() - cleanNs)
                    .as("delay by the loss of datagram %d", lost)
                    .isLessThan(400 * MS);
        }
    }

    @Test
    void finishesWhicheverTwoDatagramsInARowAreLost() {
        for (long lost = 0; lost < 30; lost++) {
            Transfer transfer = new Transfer(2, 20_000, TEN_MS);
            transfer.pair.up().filter(PacketFilter.drop(lost, lost + 1));
            transfer.pair.down().filter(PacketFilter.drop(lost, lost + 1));
            assertThat(transfer.run(20 * SECOND))
                    .as("datagrams %d and %d lost", lost, lost + 1)
                    .isTrue();
            transfer.requireWhole();
        }
    }

    @Test
    void repairsManyGapsInAboutOneRoundTrip() {
        EndpointConfig steady = EndpointConfig.defaults(FixedRate.of(12_500_000));
        Transfer clean = new Transfer(3, 200_000, TEN_MS, steady);
        assertThat(clean.run(10 * SECOND)).isTrue();
        Transfer transfer = new Transfer(3, 200_000, TEN_MS, steady);
        long[] gaps = LongStream.range(20, 70).filter(n -> n % 2 == 0).toArray();
        transfer.pair.up().filter(PacketFilter.drop(gaps));
        assertThat(transfer.run(10 * SECOND)).isTrue();
        transfer.requireWhole();
        assertThat(transfer.connection.stats().packetsRetransmitted()).isBetween(20L, 2L * gaps.length);
        assertThat(transfer.pair.network.nowNs() - clean.pair.network.nowNs()).isLessThan(35 * MS);
    }

    @Test
    void deliversOnceWhenOriginalsArriveAfterTheirRepair() {
        LinkSettings late = LinkSettings.builder()
                .delayMs(10)
                .reordering(new Reordering(0.1, 60 * MS, 90 * MS))
                .build();
        Transfer transfer = new Transfer(4, 500_000, late);
        assertThat(transfer.run(60 * SECOND)).isTrue();
        transfer.pair.runFor(SECOND);
        transfer.requireWhole();
        ConnectionStats sender = transfer.connection.stats();
        assertThat(sender.packetsSpurious()).isPositive();
        assertThat(transfer.server.connection.stats().framesDuplicate()).isPositive();
    }

    @Test
    void theResponseToLossesThatWereNoneIsUndone() {
        Transfer transfer = new Transfer(9, 5 << 20, TEN_MS);
        transfer.pair.up().filter(datagram -> {
            if (datagram.index() >= 400 && datagram.index() < 410) {
                datagram.holdNs(100 * MS);
            }
            return Verdict.PASS;
        });
        long before = 0;
        long reduced = Long.MAX_VALUE;
        while (transfer.connection.stats() == null
                || transfer.connection.stats().packetsSpurious() < 10) {
            transfer.pair.runFor(MS / 2);
            ConnectionStats stats = transfer.connection.stats();
            if (stats != null && stats.packetsLost() == 0) {
                before = stats.congestionWindowBytes();
            } else if (stats != null && stats.packetsSpurious() == 0) {
                reduced = Math.min(reduced, stats.congestionWindowBytes());
            }
            assertThat(transfer.pair.network.nowNs()).isLessThan(10 * SECOND);
        }
        assertThat(reduced).isLessThan(before);
        assertThat(transfer.connection.stats().congestionWindowBytes()).isGreaterThanOrEqualTo(before);
        assertThat(transfer.run(60 * SECOND)).isTrue();
        transfer.requireWhole();
    }

    @Test
    void repairsLittleMoreThanWasLost() {
        LinkSettings rough = LinkSettings.builder()
                .delayMs(10)
                .lossProbability(0.05)
                .reordering(new Reordering(0.05, MS, 8 * MS))
                .duplicateProbability(0.01)
                .rateMegabitsPerSecond(200)
                .build();
        Transfer transfer = new Transfer(5, 20 << 20, rough);
        assertThat(transfer.run(300 * SECOND)).isTrue();
        transfer.requireWhole();
        long lost = transfer.pair.up().counters().droppedOnLink();
        assertThat(transfer.connection.stats().packetsRetransmitted()).isLessThanOrEqualTo(lost * 13 / 10);
    }

    @Test
    void goesOnThroughALinkThatIsDarkTwoSecondsOfEverySeven() {
        LinkSettings dark = LinkSettings.builder()
                .delayMs(20)
                .rateMegabitsPerSecond(4)
                .blackout(Blackout.every(7 * SECOND, 2 * SECOND))
                .build();
        Transfer transfer = new Transfer(6, 10 << 20, dark);
        assertThat(transfer.run(120 * SECOND)).isTrue();
        transfer.requireWhole();
    }

    @Test
    void givesUpAtTheIdleTimeoutWhenTheLinkStaysDark() {
        LinkSettings path = LinkSettings.builder()
                .delayMs(10)
                .rateMegabitsPerSecond(50)
                .blackout(Blackout.since(SECOND))
                .build();
        Transfer transfer = new Transfer(7, 64 << 20, path);
        assertThat(transfer.run(120 * SECOND)).isFalse();
        assertThat(transfer.client.closeReason).isEqualTo(ReasonCode.IDLE_TIMEOUT);
        assertThat(transfer.pair.network.nowNs()).isBetween(30 * SECOND, 32 * SECOND);
        long sentInTheDark = transfer.pair.up().counters().datagrams(LinkEvent.SENT);
        transfer.pair.runFor(60 * SECOND);
        assertThat(transfer.pair.up().counters().datagrams(LinkEvent.SENT)).isEqualTo(sentInTheDark);
        assertThat(transfer.pair.client.connectionCount()).isZero();
        assertThat(transfer.pair.server.connectionCount()).isZero();
    }

    @Test
    void probesSparinglyWhileNothingIsHeard() {
        Transfer transfer = new Transfer(8, 64 << 20, TEN_MS);
        transfer.pair.runFor(100 * MS);
        transfer.pair.links(LinkSettings.builder()
                .delayMs(10)
                .blackout(Blackout.since(100 * MS))
                .build());
        transfer.pair.runFor(SECOND);
        long before = transfer.pair.up().counters().datagrams(LinkEvent.SENT);
        transfer.pair.runFor(25 * SECOND);
        long probes = transfer.pair.up().counters().datagrams(LinkEvent.SENT) - before;
        assertThat(probes).isBetween(10L, 60L);
    }
}
