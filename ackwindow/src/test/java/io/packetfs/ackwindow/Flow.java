package io.packetfs.ackwindow;

import io.packetfs.protocol.AckFrame;
import io.packetfs.protocol.ReasonCode;
import java.util.ArrayDeque;
import java.util.random.RandomGenerator;

/**
 * A sender and its receiver over a {@link Bottleneck} that may be shared. Acknowledgements travel back over a delay without bound on rate;
 * as many of them are lost as of the path's packets. Data is counted in packets: what is lost is sent again as a new packet.
 */
final class Flow implements PacketFate {
    static final int DATAGRAM_BYTES = 1_472;
    static final long ACK_DELAY_NS = 5_000_000;

    /** Where the windows' clock and numbers begin when the simulation's begin at 0. */
    record Origin(long epochNs, long firstNumber) {
        static final Origin ZERO = new Origin(0, 0);
    }

    /** An acknowledgement on its way back. */
    private record Answer(long arrivalNs, AckFrame frame, long largestReported) {}

    private static final long NEVER = Long.MAX_VALUE;

    final SendWindow sender;
    final ReceiveWindow receiver = new ReceiveWindow(ACK_DELAY_NS);
    long deliveredBytes;
    long acked;
    long lost;
    long spurious;

    private final int id;
    private final Bottleneck forward;
    private final Bottleneck.Path path;
    private final RandomGenerator random;
    private final Origin origin;
    private final ArrayDeque<Answer> answers = new ArrayDeque<>();
    private final ArrayDeque<AckFrame> frames = new ArrayDeque<>();
    private long ackNumber;
    private long packetsLeft = Long.MAX_VALUE;
    private int answersToDrop;

    Flow(int id, Bottleneck forward, CongestionControllerSupplier supplier, RandomGenerator random, Origin origin) {
        this.id = id;
        this.forward = forward;
        this.path = forward.path();
        this.random = random;
        this.origin = origin;
        sender = new SendWindow(
                DATAGRAM_BYTES, supplier, random, ACK_DELAY_NS, PacketNumbers.from(random, origin.firstNumber));
        sender.onHandshakeRtt(2 * path.delayNs());
    }

    /** The flow has only so many packets to deliver. */
    Flow limitedTo(long packets) {
        packetsLeft = packets;
        return this;
    }

    /** The receiver acknowledges so rarely. */
    void ackFrequency(int packets, long delayNs) {
        receiver.ackFrequency(packets, delayNs);
        sender.peerAckDelayNsMax(delayNs);
    }

    /** The next acknowledgements get lost. */
    void dropAnswers(int count) {
        answersToDrop = count;
    }

    boolean isDone() {
        return packetsLeft == 0 && sender.bytesInFlight() == 0;
    }

    /** Delivered, without what arrived late and had been repaired. */
    long usefulBytes() {
        return deliveredBytes - spurious * DATAGRAM_BYTES;
    }

    void transmit(long nowNs) {
        long clockNs = nowNs + origin.epochNs;
        while (sender.probesDue() > 0) {
            send(nowNs);
        }
        while (packetsLeft > 0 && sender.sendableBytes(clockNs) >= DATAGRAM_BYTES) {
            packetsLeft--;
            send(nowNs);
        }
        if (packetsLeft == 0) {
            sender.onApplicationLimited(clockNs);
        }
    }

    void onArrival(long nowNs, Bottleneck.Transit packet) {
        long clockNs = nowNs + origin.epochNs;
        if (!receiver.isNew(packet.number())) {
            return;
        }
        deliveredBytes += packet.bytes();
        receiver.onPacket(clockNs, packet.number(), true, -1);
        answer(nowNs);
    }

    void onTime(long nowNs) {
        long clockNs = nowNs + origin.epochNs;
        while (!answers.isEmpty() && answers.peek().arrivalNs <= nowNs) {
            Answer answer = answers.remove();
            if (sender.onAck(clockNs, answer.frame, this) != ReasonCode.NO_ERROR) {
                throw new AssertionError("an honest ACK was refused");
            }
            // The receiver learns at once that its report was read: the return path is free here.
            receiver.onAckAcknowledged(answer.largestReported);
            frames.add(answer.frame);
        }
        if (nextDeadlineNs() <= nowNs) {
            sender.onDeadline(clockNs, this);
        }
        answer(nowNs);
        transmit(nowNs);
    }

    long nextEventNs(long nowNs) {
        long next = packetsLeft > 0 ? virtual(sender.nextSendNs(nowNs + origin.epochNs)) : NEVER;
        next = Math.min(next, nextDeadlineNs());
        next = Math.min(next, virtual(receiver.ackDeadlineNs()));
        return answers.isEmpty() ? next : Math.min(next, answers.peek().arrivalNs);
    }

    private long nextDeadlineNs() {
        return virtual(sender.deadlineNs());
    }

    private long virtual(long clockNs) {
        return clockNs == NEVER ? NEVER : clockNs - origin.epochNs;
    }

    private void send(long nowNs) {
        long number = sender.nextPacketNumber();
        sender.onPacketSent(
                nowNs + origin.epochNs, number, DATAGRAM_BYTES, SendWindow.ACK_ELICITING | SendWindow.IN_FLIGHT);
        forward.send(nowNs, id, number, DATAGRAM_BYTES);
    }

    private void answer(long nowNs) {
        long clockNs = nowNs + origin.epochNs;
        if (!receiver.isAckDue(clockNs)) {
            return;
        }
        AckFrame frame = frames.isEmpty() ? new AckFrame() : frames.remove().clear();
        receiver.fill(frame.ranges());
        frame.ackDelayUs(receiver.ackDelayNs(clockNs) / 1_000);
        receiver.onAckSent(clockNs, ackNumber);
        ackNumber++;
        if (answersToDrop > 0 || random.nextDouble() < path.loss()) {
            answersToDrop = Math.max(0, answersToDrop - 1);
            frames.add(frame);
            return;
        }
        answers.add(new Answer(nowNs + path.delayNs(), frame, receiver.largest()));
    }

    @Override
    public void onAcked(long first, long last) {
        acked += last - first + 1;
    }

    @Override
    public void onLost(long packetNumber) {
        lost++;
        if (packetsLeft != Long.MAX_VALUE) {
            packetsLeft++;
        }
    }

    @Override
    public void onSpurious(long packetNumber) {
        spurious++;
        if (packetsLeft != Long.MAX_VALUE && packetsLeft > 0) {
            packetsLeft--;
        }
    }

    @Override
    public void onMtuProbeAcked(int bytes) {}

    @Override
    public void onMtuProbeLost(int bytes) {}
}
