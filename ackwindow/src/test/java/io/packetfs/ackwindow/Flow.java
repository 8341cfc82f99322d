package io.packetfs.ackwindow;

import io.packetfs.protocol.AckFrame;
import io.packetfs.protocol.ReasonCode;
import java.util.ArrayDeque;
import java.util.random.RandomGenerator;

/**
 * A sender that always has data and its receiver, over a {@link Bottleneck} that may be shared. Acknowledgements travel back over a delay
 * without bound on rate; a fraction of them may be lost. Data is counted in packets: what is lost is sent again as a new packet.
 */
final class Flow implements PacketFate {
    static final int DATAGRAM_BYTES = 1_472;

    /** An acknowledgement on its way back. */
    private record Answer(long arrivalNs, AckFrame frame, long largestReported) {}

    final SendWindow sender;
    final ReceiveWindow receiver = new ReceiveWindow(ACK_DELAY_NS);
    long deliveredBytes;
    long acked;
    long lost;
    long spurious;

    private static final long ACK_DELAY_NS = 5_000_000;

    private final int id;
    private final Bottleneck forward;
    private final long returnDelayNs;
    private final double ackLoss;
    private final RandomGenerator random;
    private final ArrayDeque<Answer> answers = new ArrayDeque<>();
    private final ArrayDeque<AckFrame> frames = new ArrayDeque<>();
    private long ackNumber;
    private long packetsLeft = Long.MAX_VALUE;

    Flow(
            int id,
            Bottleneck forward,
            Bottleneck.Path path,
            CongestionControllerSupplier supplier,
            RandomGenerator random) {
        this.id = id;
        this.forward = forward;
        this.returnDelayNs = path.delayNs();
        this.ackLoss = path.loss();
        this.random = random;
        sender = new SendWindow(DATAGRAM_BYTES, supplier, random, ACK_DELAY_NS);
        sender.onHandshakeRtt(2 * path.delayNs());
    }

    /** The flow has only so many packets to deliver. */
    Flow limitedTo(long packets) {
        packetsLeft = packets;
        return this;
    }

    boolean isDone() {
        return packetsLeft == 0 && sender.bytesInFlight() == 0;
    }

    void transmit(long nowNs) {
        while (sender.probesDue() > 0) {
            send(nowNs);
        }
        while (packetsLeft > 0 && sender.sendableBytes(nowNs) >= DATAGRAM_BYTES) {
            packetsLeft--;
            send(nowNs);
        }
        if (packetsLeft == 0) {
            sender.onApplicationLimited(nowNs);
        }
    }

    private void send(long nowNs) {
        long number = sender.nextPacketNumber();
        sender.onPacketSent(nowNs, number, DATAGRAM_BYTES, SendWindow.ACK_ELICITING | SendWindow.IN_FLIGHT);
        forward.send(nowNs, id, number, DATAGRAM_BYTES);
    }

    void onArrival(long nowNs, Bottleneck.Transit packet) {
        if (!receiver.isNew(packet.number())) {
            return;
        }
        deliveredBytes += packet.bytes();
        receiver.onPacket(nowNs, packet.number(), true, -1);
        answer(nowNs);
    }

    private void answer(long nowNs) {
        if (!receiver.isAckDue(nowNs)) {
            return;
        }
        AckFrame frame = frames.isEmpty() ? new AckFrame() : frames.remove().clear();
        receiver.fill(frame.ranges());
        frame.ackDelayUs(receiver.ackDelayNs(nowNs) / 1_000);
        receiver.onAckSent(nowNs, ackNumber);
        ackNumber++;
        if (random.nextDouble() < ackLoss) {
            frames.add(frame);
            return;
        }
        answers.add(new Answer(nowNs + returnDelayNs, frame, receiver.largest()));
    }

    long nextEventNs(long nowNs) {
        long next = packetsLeft > 0 ? sender.nextSendNs(nowNs) : Long.MAX_VALUE;
        next = Math.min(next, sender.deadlineNs());
        next = Math.min(next, receiver.ackDeadlineNs());
        return answers.isEmpty() ? next : Math.min(next, answers.peek().arrivalNs);
    }

    void onTime(long nowNs) {
        while (!answers.isEmpty() && answers.peek().arrivalNs <= nowNs) {
            Answer answer = answers.remove();
            if (sender.onAck(nowNs, answer.frame, this) != ReasonCode.NO_ERROR) {
                throw new AssertionError("an honest ACK was refused");
            }
            // The receiver learns at once that its report was read: the return path is free here.
            receiver.onAckAcknowledged(answer.largestReported);
            frames.add(answer.frame);
        }
        if (nowNs - sender.deadlineNs() >= 0) {
            sender.onDeadline(nowNs, this);
        }
        answer(nowNs);
        transmit(nowNs);
    }

    @Override
    public void onAcked(long packetNumber) {
        acked++;
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
