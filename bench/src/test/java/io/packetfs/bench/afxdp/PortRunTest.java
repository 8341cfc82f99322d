package io.packetfs.bench.afxdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packetfs.protocol.port.DatagramPort;
import io.packetfs.protocol.port.DatagramReceiver;
import io.packetfs.protocol.port.DatagramTrain;
import io.packetfs.protocol.port.PortFeatures;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The run by itself, over ports in memory. */
@Timeout(60)
class PortRunTest {
    private static final int PAYLOAD_BYTES = 100;
    private static final long MS = 1_000_000;

    private final BlockingQueue<byte[]> underWay = new ArrayBlockingQueue<>(16);

    /** With a receiver that is away from before the measurement begins until after it would have ended. */
    @Test
    void aThreadThatComesLateIsWaitedFor() throws InterruptedException {
        Port receiver = new Port(300 * MS, false);

        Throughput throughput = new PortRun(new Port(0, false), receiver, PAYLOAD_BYTES).measure(100 * MS, 20 * MS);

        assertThat(throughput.elapsedNs()).isGreaterThanOrEqualTo(20 * MS);
    }

    @Test
    void aThreadThatFailedIsSaid() {
        Port receiver = new Port(0, true);

        assertThatThrownBy(() -> new PortRun(new Port(0, false), receiver, PAYLOAD_BYTES).measure(MS, MS))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a thread of the run failed before the end");
    }

    /** One end of a line in memory, which is away when it is to receive for the first time, or fails then. */
    private final class Port implements DatagramPort {
        private final boolean fails;
        private long awayNs;

        Port(long awayNs, boolean fails) {
            this.awayNs = awayNs;
            this.fails = fails;
        }

        @Override
        public InetSocketAddress localAddress() {
            return new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 7);
        }

        @Override
        public PortFeatures features() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int receive(DatagramReceiver receiver) {
            if (fails) {
                throw new UnsupportedOperationException("a receiver that fails");
            }
            pause(awayNs);
            awayNs = 0;
            byte[] train = underWay.poll();
            if (train == null) {
                return 0;
            }
            receiver.onDatagrams(localAddress(), MemorySegment.ofArray(train), train.length, PAYLOAD_BYTES, 0);
            return train.length / PAYLOAD_BYTES;
        }

        @Override
        public boolean send(DatagramTrain train) {
            return underWay.offer(Arrays.copyOf(train.array(), train.length()));
        }

        @Override
        public void await(long timeoutNs) {
            LockSupport.parkNanos(timeoutNs);
        }

        @Override
        public void wakeup() {}

        @Override
        public void close() {}

        private static void pause(long ns) {
            try {
                TimeUnit.NANOSECONDS.sleep(ns);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
