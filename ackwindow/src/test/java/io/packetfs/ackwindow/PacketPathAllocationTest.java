package io.packetfs.ackwindow;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.packetfs.protocol.AckFrame;
import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sending, receiving and acknowledging packets allocates nothing once the records have grown. */
class PacketPathAllocationTest extends LostCount {
    private static final int ROUNDS = 12;
    private static final int PACKETS = 50_000;
    private static final int PACKETS_IN_FLIGHT = 500;
    private static final int BYTES = 1_472;

    private final AckFrame ack = new AckFrame();
    private final ReceiveWindow receiver = new ReceiveWindow(1_000_000);
    private SendWindow sender;
    private long nowNs;
    private long nextArrival;

    @ParameterizedTest
    @ValueSource(strings = {"bbr", "cubic", "fixed"})
    void allocatesNothingPerPacket(String policy) {
        sender = new SendWindow(BYTES, policy(policy), new SplittableRandom(1), 0);
        receiver.ackFrequency(16, 1_000_000);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE; // of rounds in which the compiler catches up
        for (int round = 0; round < ROUNDS; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            run(PACKETS);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }

        assertThat(lost).isGreaterThan(ROUNDS * PACKETS / 50);
        assertThat(least).isLessThan(PACKETS / 10);
    }

    /** Sends packets one by one; they arrive when enough others are in flight, but for one in twenty. */
    private void run(int packets) {
        for (int i = 0; i < packets; i++) {
            nowNs += 10_000;
            long number = sender.nextPacketNumber();
            sender.onPacketSent(nowNs, number, BYTES, SendWindow.ACK_ELICITING | SendWindow.IN_FLIGHT);
            while (number - nextArrival > PACKETS_IN_FLIGHT) {
                arrive(nextArrival);
                nextArrival++;
            }
            if (nowNs - sender.deadlineNs() >= 0) {
                sender.onDeadline(nowNs, this);
            }
        }
    }

    private void arrive(long number) {
        if (number % 20 == 7 || sender.bytesOf(number) == 0 || !receiver.isNew(number)) {
            return;
        }
        receiver.onPacket(nowNs, number, true, -1);
        if (receiver.isAckDue(nowNs)) {
            receiver.fill(ack.clear().ranges());
            long largest = receiver.largest();
            receiver.onAckSent(nowNs, number);
            sender.onAck(nowNs, ack, this);
            receiver.onAckAcknowledged(largest);
        }
    }

    private static CongestionControllerSupplier policy(String name) {
        return switch (name) {
            case "bbr" -> Bbr.supplier();
            case "cubic" -> Cubic.supplier();
            default -> FixedRate.of(1L << 30);
        };
    }
}
