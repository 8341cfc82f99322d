package io.packetfs.bench.afxdp;

import io.packetfs.afxdp.FrameBatch;
import io.packetfs.afxdp.XskSocket;
import io.packetfs.linux.Linux;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * The least that moves packets over AF_XDP: one thread that sends the same packet with a running number, one that looks at the number and
 * gives the frame back. What a carrier does beyond that is held against it.
 */
public final class BarePump {
    /** Frames moved at a time. */
    private static final int BATCH = 64;
    /** How long a receiver looks away when nothing is there: short against the time that a ring takes to fill up. */
    private static final long NAP_NS = 50_000;

    private static final ValueLayout.OfLong NUMBER = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private BarePump() {}

    /**
     * What one end did.
     *
     * @param packetCount packets sent, or received
     * @param outOfOrderCount packets received with another number than the one expected next
     * @param elapsedNs from the first packet to the last
     * @param cpuNs what the thread used meanwhile
     */
    public record Count(long packetCount, long outOfOrderCount, long elapsedNs, long cpuNs) {}

    /**
     * Sends until the end, and then what is still under way; on the calling thread.
     *
     * @param packet with its headers
     * @param numberOffset where in the packet its running number is written, 8 bytes
     */
    public static Count send(XskSocket socket, byte[] packet, int numberOffset, BooleanSupplier end) {
        MemorySegment memory = socket.umem().memory();
        FrameBatch batch = new FrameBatch(socket.frames().frameCount());
        socket.take(batch, batch.capacity());
        for (int i = 0; i < batch.count(); i++) {
            MemorySegment.copy(packet, 0, memory, ValueLayout.JAVA_BYTE, batch.address(i), packet.length);
        }
        socket.recycle(batch);

        long startCpuNs = Linux.scheduling().threadUsage().cpuNs();
        long startNs = System.nanoTime();
        long next = 0;
        FrameBatch few = new FrameBatch(BATCH);
        while (!end.getAsBoolean()) {
            socket.take(few, few.room());
            for (int i = 0; i < few.count(); i++) {
                memory.set(NUMBER, few.address(i) + numberOffset, next + i);
                few.setLength(i, packet.length);
            }
            next += socket.send(few);
            socket.wakeTransmit();
        }
        socket.recycle(few);
        socket.flush();
        return new Count(
                next,
                0,
                System.nanoTime() - startNs,
                Linux.scheduling().threadUsage().cpuNs() - startCpuNs);
    }

    /** Receives until the end, and then what is there; on the calling thread, which is not virtual. */
    public static Count receive(XskSocket socket, int numberOffset, BooleanSupplier end) {
        MemorySegment memory = socket.umem().memory();
        Linux.polling().timerSlack(1);
        FrameBatch batch = new FrameBatch(BATCH);
        socket.fill(Integer.MAX_VALUE);
        long startCpuNs = Linux.scheduling().threadUsage().cpuNs();
        long firstNs = 0;
        long lastNs = 0;
        long packets = 0;
        long outOfOrder = 0;
        long expected = 0;
        boolean ending = false;
        while (true) {
            int count = socket.receive(batch);
            if (count == 0) {
                if (ending) {
                    break;
                }
                ending = end.getAsBoolean();
                LockSupport.parkNanos(NAP_NS);
                continue;
            }
            for (int i = 0; i < count; i++) {
                long number = memory.get(NUMBER, batch.address(i) + numberOffset);
                outOfOrder += number == expected ? 0 : 1;
                expected = number + 1;
            }
            lastNs = System.nanoTime();
            firstNs = packets == 0 ? lastNs : firstNs;
            packets += count;
            socket.recycle(batch);
            socket.fill(BATCH);
        }
        return new Count(
                packets,
                outOfOrder,
                lastNs - firstNs,
                Linux.scheduling().threadUsage().cpuNs() - startCpuNs);
    }
}
