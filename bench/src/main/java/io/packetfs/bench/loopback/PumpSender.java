package io.packetfs.bench.loopback;

import io.packetfs.blob.BlobSource;
import io.packetfs.protocol.port.DatagramPort;
import io.packetfs.protocol.port.DatagramReceiver;
import io.packetfs.protocol.port.DatagramTrain;
import io.packetfs.protocol.port.PortFeatures;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Sends trains as fast as a {@link PumpReceiver} gives credit for them, without any reliability. */
final class PumpSender implements End {
    private final EndOptions options;
    private final Tally tally;
    private final DatagramTrain train = new DatagramTrain(PortFeatures.UDP_PAYLOAD_BYTES_MAX);
    private final DatagramReceiver receiver = this::onDatagrams;
    private final PumpWindow window = new PumpWindow(System.nanoTime());
    private final BlobSource source; // null to send what lies in the train
    private DatagramPort port;
    private long packets;

    PumpSender(EndOptions options, Tally tally) {
        this.options = options;
        this.tally = tally;
        source = options.isCold() ? new RepeatedSource(PumpPacket.AREA_BYTES, PumpPacket.AREA_BYTES) : null;
    }

    @Override
    public String open() {
        port = options.io().open(0);
        return NOTHING;
    }

    @Override
    @SuppressWarnings("InfiniteLoopStatement") // the process ends with its input
    public void run() {
        InetSocketAddress peer =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(options.peer()));
        while (true) {
            port.receive(receiver);
            if (window.hasRoom(PumpPacket.TRAIN_PACKETS)) {
                fill(peer);
                while (!port.send(train)) {
                    port.await(PumpWindow.SILENCE_NS_MAX);
                }
                packets += train.count();
                tally.packets(packets);
                tally.bytes(packets * PumpPacket.PAYLOAD_BYTES);
            } else {
                port.await(PumpWindow.SILENCE_NS_MAX);
                window.onWaiting(System.nanoTime());
            }
        }
    }

    private void fill(InetSocketAddress peer) {
        int packetsMax = Math.min(PumpPacket.TRAIN_PACKETS, port.features().trainSegmentsMax());
        train.reset(peer, PumpPacket.BYTES, packetsMax);
        while (train.hasRoom()) {
            long sequence = window.take();
            PumpPacket.putHeader(train.array(), train.length(), sequence);
            if (source != null) {
                source.read(
                        PumpPacket.place(sequence),
                        train.array(),
                        train.length() + PumpPacket.PAYLOAD_OFFSET,
                        PumpPacket.PAYLOAD_BYTES);
            }
            train.append(PumpPacket.BYTES);
        }
    }

    private void onDatagrams(InetSocketAddress source, MemorySegment memory, int length, int segmentBytes, int ecn) {
        byte[] array = (byte[]) memory.heapBase().orElseThrow();
        for (int offset = 0; offset + PumpPacket.CREDIT_BYTES <= length; offset += PumpPacket.CREDIT_BYTES) {
            window.onCredit(System.nanoTime(), PumpPacket.sequence(array, offset));
        }
    }
}
