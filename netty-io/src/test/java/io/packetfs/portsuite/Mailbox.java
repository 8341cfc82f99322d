package io.packetfs.portsuite;

import io.packetfs.protocol.port.DatagramPort;
import io.packetfs.protocol.port.DatagramReceiver;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Keeps what a port hands over, cut into datagrams by segment size or, where the port knows none, by what the datagrams say. */
final class Mailbox implements DatagramReceiver {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(10);

    private final List<InetSocketAddress> sources = new ArrayList<>();
    private final List<byte[]> datagrams = new ArrayList<>();

    List<byte[]> datagrams() {
        return datagrams;
    }

    /** The source of each datagram, in the same order. */
    List<InetSocketAddress> sources() {
        return sources;
    }

    @Override
    public void onDatagrams(InetSocketAddress source, MemorySegment memory, int length, int segmentBytes, int ecn) {
        final byte[] buffer = memory.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
        int offset = 0;
        while (offset < length) {
            final int bytes =
                    segmentBytes > 0 ? Math.min(segmentBytes, length - offset) : TestDatagram.length(buffer, offset);
            final byte[] datagram = new byte[bytes];
            System.arraycopy(buffer, offset, datagram, 0, bytes);
            datagrams.add(datagram);
            sources.add(source);
            offset += bytes;
        }
        memory.asSlice(0, length).fill((byte) 0xA5);
    }

    /** Waits until {@code count} datagrams are there, in all; gives up after a time and leaves the assertion to the caller. */
    Mailbox fill(DatagramPort port, int count) {
        final long startNs = System.nanoTime();
        while (datagrams.size() < count && System.nanoTime() - startNs < PATIENCE_NS) {
            if (port.receive(this) == 0) {
                port.await(PATIENCE_NS / 100);
            }
        }
        return this;
    }

    /** Takes what is there, until nothing more comes for a moment. */
    Mailbox drain(DatagramPort port) {
        boolean more = true;
        while (more) {
            more = port.receive(this) > 0;
            if (!more) {
                port.await(TimeUnit.MILLISECONDS.toNanos(50));
                more = port.receive(this) > 0;
            }
        }
        return this;
    }
}
