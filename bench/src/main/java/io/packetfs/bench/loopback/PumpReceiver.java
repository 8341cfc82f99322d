package io.packetfs.bench.loopback;

import io.packetfs.protocol.port.DatagramPort;
import io.packetfs.protocol.port.DatagramReceiver;
import io.packetfs.protocol.port.DatagramTrain;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;

/** Takes what a {@link PumpSender} sends and copies each payload to its place: the limit of what can be built upon a port. */
final class PumpReceiver implements End {
    private static final long WAIT_NS = 20_000_000;

    private final PortKind io;
    private final PumpArrivals arrivals;
    private final DatagramTrain credit = new DatagramTrain(PumpPacket.CREDIT_BYTES);
    private DatagramPort port;

    PumpReceiver(EndOptions options, Tally tally) {
        io = options.io();
        arrivals = new PumpArrivals(tally);
    }

    @Override
    public String open() {
        port = io.open(0);
        return Integer.toString(port.localAddress().getPort());
    }

    @Override
    @SuppressWarnings("InfiniteLoopStatement") // the process ends with its input
    public void run() {
        DatagramReceiver receiver = this::onDatagrams;
        while (true) {
            if (port.receive(receiver) == 0) {
                port.await(WAIT_NS);
            }
        }
    }

    private void onDatagrams(InetSocketAddress source, MemorySegment memory, int length, int segmentBytes, int ecn) {
        byte[] array = (byte[]) memory.heapBase().orElseThrow();
        byte[] area = arrivals.area();
        for (int offset = 0; offset + PumpPacket.BYTES <= length; offset += PumpPacket.BYTES) {
            int place = Math.toIntExact(PumpPacket.place(array, offset));
            System.arraycopy(array, offset + PumpPacket.PAYLOAD_OFFSET, area, place, PumpPacket.PAYLOAD_BYTES);
            arrivals.onPacket(PumpPacket.sequence(array, offset));
        }
        arrivals.onBufferEnd();
        if (arrivals.isCreditDue()) {
            credit.reset(source, PumpPacket.CREDIT_BYTES, 1);
            PumpPacket.putSequence(credit.array(), 0, arrivals.takeCredit());
            credit.append(PumpPacket.CREDIT_BYTES);
            port.send(credit); // the next one makes good for one that is not taken
        }
    }
}
