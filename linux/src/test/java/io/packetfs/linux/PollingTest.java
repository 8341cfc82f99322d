package io.packetfs.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnLinux
class PollingTest {
    private static final long PATIENCE_NS = 20_000_000_000L;

    private Poller poller;

    @BeforeEach
    void open() {
        poller = Linux.polling().open(List.of());
    }

    @AfterEach
    void close() {
        poller.close();
    }

    @Test
    void waitsNoShorterThanTheTimeLimit() {
        for (long timeoutNs : new long[] {0, 1, 100_000, 1_500_000}) {
            long startNs = System.nanoTime();

            poller.await(timeoutNs);

            assertThat(System.nanoTime() - startNs).isBetween(timeoutNs, PATIENCE_NS);
        }
    }

    @Test
    void anotherThreadEndsTheWait() throws InterruptedException {
        Thread waiting = Thread.ofPlatform().start(() -> poller.await(Poller.FOREVER_NS));

        poller.wakeUp();

        waiting.join(PATIENCE_NS / 1_000_000);
        assertThat(waiting.isAlive()).isFalse();
    }

    @Test
    void aWakeUpThatNobodyWaitedForEndsTheNextWaitOnly() {
        poller.wakeUp();
        poller.wakeUp();
        poller.await(Poller.FOREVER_NS);
        long startNs = System.nanoTime();

        poller.await(1_000_000);

        assertThat(System.nanoTime() - startNs).isGreaterThanOrEqualTo(1_000_000);
    }

    @Test
    void endsWhenASocketHasRoomOnlyIfItIsWatchedForThat() {
        try (UdpSocket socket = Linux.udpSockets().openIpv4();
                Poller socketPoller = Linux.polling().open(List.of(socket))) {
            long startNs = System.nanoTime();
            socketPoller.await(1_000_000);
            assertThat(System.nanoTime() - startNs).isGreaterThanOrEqualTo(1_000_000);

            socketPoller.watchForRoom(0, true);
            socketPoller.await(Poller.FOREVER_NS);

            assertThat(socketPoller.isReadable(0)).isFalse();
        }
    }

    @Test
    void refusesATimerSlackBelowOne() {
        assertThatThrownBy(() -> Linux.polling().timerSlack(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void closingIsIdempotent() {
        poller.close();
        poller.close();
    }
}
