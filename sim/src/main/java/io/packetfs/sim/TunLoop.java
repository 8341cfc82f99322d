package io.packetfs.sim;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.packetfs.linux.Poller;
import io.packetfs.linux.TunDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The duty cycle of a {@link TunLink}: wait, read what has come, decide, write what is due. All state belongs to the one thread that
 * runs it, except where a field says otherwise; the devices and the poller are closed by the link when the loop has ended.
 */
final class TunLoop implements Runnable {
    private static final int READ_BATCH = 64;
    private static final int WRITE_BATCH = 64;
    private static final int PACKET_BYTES_MAX = 65_535;

    private static final int INDEX_A = 0;
    private static final int INDEX_B = 1;

    private final long startNs = System.nanoTime();
    private final TunDevice a;
    private final TunDevice b;
    private final Poller poller;
    private final LiveDirection aToB;
    private final LiveDirection bToA;
    private final UnderWay<LiveDatagram> underWay = new UnderWay<>(LiveDatagram::new, TunLink.UNDER_WAY_BYTES_MAX);
    private final MemorySegment incoming = Arena.ofAuto().allocate(PACKET_BYTES_MAX);
    private final MemorySegment outgoing = Arena.ofAuto().allocate(PACKET_BYTES_MAX);

    // Written by this thread, read by any once it has ended.
    private volatile RuntimeException failure;
    // Written by any thread, read by this one in each cycle.
    private volatile boolean stopped;

    TunLoop(TunDevice a, TunDevice b, Poller poller, LinkSettings settings, long seed) {
        this.a = a;
        this.b = b;
        this.poller = poller;
        aToB = new LiveDirection(RandomStream.seed(seed, 1), settings, 0);
        bToA = new LiveDirection(RandomStream.seed(seed, 2), settings, 0);
    }

    LiveDirection direction(TunLink.Direction direction) {
        return direction == TunLink.Direction.A_TO_B ? aToB : bToA;
    }

    void stop() {
        stopped = true;
        poller.wakeUp();
    }

    void throwFailure() {
        RuntimeException cause = failure;
        if (cause != null) {
            throw cause;
        }
    }

    @Override
    public void run() {
        try {
            while (!stopped) {
                dutyCycle();
            }
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    private void dutyCycle() {
        poller.await(waitNs());
        if (poller.isReadable(INDEX_A)) {
            readFrom(a, aToB);
        }
        if (poller.isReadable(INDEX_B)) {
            readFrom(b, bToA);
        }
        writeDue(nowNs());
    }

    /** Counted from the start, so that blackouts start at 0. */
    private long nowNs() {
        return System.nanoTime() - startNs;
    }

    private long waitNs() {
        long nextNs = underWay.nextNs();
        return nextNs == Long.MAX_VALUE ? Poller.FOREVER_NS : Math.max(nextNs - nowNs(), 0);
    }

    private void readFrom(TunDevice device, LiveDirection direction) {
        for (int i = 0; i < READ_BATCH; i++) {
            int length = device.read(incoming);
            if (length == 0) {
                return;
            }
            accept(direction, length);
        }
    }

    /** Decides about the packet in {@link #incoming}. The clock is read after it came, so that no delay is cut short. */
    private void accept(LiveDirection direction, int length) {
        int ecn = IpHeader.ecn(incoming);
        if (direction.onDatagram(nowNs(), length, ecn) != LinkEvent.PASSED) {
            return;
        }
        Impairment impairment = direction.impairment();
        LiveDatagram packet = underWay.take(direction, length);
        MemorySegment.copy(incoming, JAVA_BYTE, 0, packet.array, 0, length);
        packet.length = impairment.length();
        if (impairment.ecn() != ecn) {
            IpHeader.ecn(packet.memory, impairment.ecn());
        }
        impairment.damage(packet.memory, IpHeader.damageFrom(packet.memory, packet.length));
        if (impairment.isDuplicated()) {
            underWay.hold(underWay.copyOf(packet), impairment.arrivalNs());
        }
        underWay.hold(packet, impairment.arrivalNs());
    }

    private void writeDue(long nowNs) {
        for (int i = 0; i < WRITE_BATCH; i++) {
            LiveDatagram packet = underWay.pollDue(nowNs);
            if (packet == null) {
                return;
            }
            MemorySegment.copy(packet.array, 0, outgoing, JAVA_BYTE, 0, packet.length);
            TunDevice device = packet.direction == aToB ? b : a;
            boolean delivered = device.write(outgoing, packet.length);
            underWay.end(packet, delivered ? LinkEvent.DELIVERED : LinkEvent.UNREACHABLE);
        }
    }
}
