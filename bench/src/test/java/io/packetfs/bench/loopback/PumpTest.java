package io.packetfs.bench.loopback;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.bench.loopback.EndOptions.Kind;
import org.junit.jupiter.api.Test;

class PumpTest {
    private static final long MS = 1_000_000;

    @Test
    void theWindowOpensWithCreditAndNotBefore() {
        PumpWindow window = new PumpWindow(0);
        for (int i = 0; i < PumpPacket.WINDOW_PACKETS; i++) {
            assertThat(window.hasRoom(1)).isTrue();
            assertThat(window.take()).isEqualTo(i);
        }
        assertThat(window.hasRoom(1)).isFalse();

        window.onCredit(MS, 3);

        assertThat(window.hasRoom(3)).isTrue();
        assertThat(window.hasRoom(4)).isFalse();
    }

    @Test
    void aWindowThatIsLostWholeIsGivenUpAfterAWhile() {
        PumpWindow window = new PumpWindow(0);
        while (window.hasRoom(1)) {
            window.take();
        }

        window.onWaiting(PumpWindow.SILENCE_NS_MAX);
        assertThat(window.hasRoom(1)).isFalse();
        window.onWaiting(PumpWindow.SILENCE_NS_MAX + 1);
        assertThat(window.hasRoom(PumpPacket.WINDOW_PACKETS)).isTrue();
    }

    @Test
    void whatIsMissingBelowTheHighestNumberIsLost() {
        Tally tally = new Tally();
        PumpArrivals arrivals = new PumpArrivals(tally);

        arrivals.onPacket(0);
        arrivals.onPacket(5);
        arrivals.onPacket(3);
        arrivals.onBufferEnd();

        assertThat(tally.snapshot().packets()).isEqualTo(3);
        assertThat(tally.snapshot().lost()).isEqualTo(3);
        assertThat(tally.snapshot().bytes()).isEqualTo(3 * PumpPacket.PAYLOAD_BYTES);
        assertThat(arrivals.isCreditDue()).isFalse();
    }

    @Test
    void everyPlaceIsInsideTheArea() {
        byte[] packet = new byte[PumpPacket.BYTES];
        for (long sequence : new long[] {0, 1, 184_364, 184_365, 1L << 40}) {
            PumpPacket.putHeader(packet, 0, sequence);

            assertThat(PumpPacket.sequence(packet, 0)).isEqualTo(sequence);
            assertThat(PumpPacket.place(packet, 0))
                    .isBetween(0L, (long) PumpPacket.AREA_BYTES - PumpPacket.PAYLOAD_BYTES);
        }
    }

    @Test
    void anEndIsToldWhatItsOwnerMeant() {
        EndOptions options = EndOptions.of(Kind.PFS_UDP)
                .over(PortKind.EPOLL)
                .sealed(true)
                .window(4 << 20)
                .cold()
                .variant("shared")
                .sendingTo("pfs1=a");

        assertThat(EndOptions.parse(options.arguments().toArray(String[]::new))).isEqualTo(options);
    }

    @Test
    void aSnapshotSurvivesItsLine() {
        Tally.Snapshot snapshot = new Tally.Snapshot(1, 2, Tally.UNKNOWN, 4, 5);

        assertThat(Tally.Snapshot.parse(snapshot.line())).isEqualTo(snapshot);
    }
}
