package io.packetfs.bench.afxdp;

import io.packetfs.afxdp.Umem;
import io.packetfs.afxdp.UmemConfig;
import io.packetfs.afxdp.XdpFilter;
import io.packetfs.afxdp.XdpSteering;
import io.packetfs.afxdp.XskConfig;
import io.packetfs.afxdp.XskSocket;
import io.packetfs.afxdp.frame.Flow;
import io.packetfs.afxdp.frame.InternetChecksum;
import io.packetfs.afxdp.frame.MacAddress;
import io.packetfs.afxdp.frame.UdpFrameTemplate;
import io.packetfs.bench.afxdp.BarePump.Count;
import io.packetfs.linux.Linux;
import io.packetfs.linux.NetworkDevices.NetworkDevice;
import io.packetfs.linux.NetworkTables;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/** {@link BarePump} from end to end, over sockets like those of the carrier. */
final class BareRun implements AutoCloseable {
    private static final int PORT = 7;
    private static final int FRAMES = 3_072;
    private static final int RECEIVE_ENTRIES = 2_048;
    private static final int TRANSMIT_ENTRIES = 1_024;

    private final VethPair pair;
    private final BareEnd sender;
    private final BareEnd receiver;

    /** A socket with the memory it uses and the program that leads to it. */
    private record BareEnd(XskSocket socket, XdpSteering steering, Umem umem) implements AutoCloseable {
        static BareEnd open() {
            NetworkDevice device = Linux.networkDevices().find(VethPair.DEVICE);
            boolean large = device.mtuBytes() > 1_500;
            Umem umem = Umem.map(UmemConfig.of(FRAMES).withChunkBytes(large ? 4_096 : 2_048));
            XskSocket socket = XskSocket.open(
                    umem, XskConfig.of(device, 0, FRAMES).withEntries(RECEIVE_ENTRIES, TRANSMIT_ENTRIES));
            XdpSteering steering = XdpSteering.attach(device, XdpFilter.port(PORT), large);
            steering.add(socket);
            return new BareEnd(socket, steering, umem);
        }

        @Override
        public void close() {
            steering.close();
            socket.close();
            umem.close();
        }
    }

    BareRun(VethPair pair) {
        this.pair = pair;
        sender = pair.in(0, BareEnd::open);
        try {
            receiver = pair.in(1, BareEnd::open);
        } catch (RuntimeException e) {
            sender.close();
            throw e;
        }
    }

    Throughput measure(int payloadBytes, long warmUpNs, long durationNs) throws InterruptedException {
        byte[] packet = packet(payloadBytes);
        run(packet, payloadBytes, warmUpNs);
        return run(packet, payloadBytes, durationNs);
    }

    @Override
    public void close() {
        sender.close();
        receiver.close();
    }

    private Throughput run(byte[] packet, int payloadBytes, long durationNs) throws InterruptedException {
        int numberOffset = packet.length - payloadBytes;
        long endNs = System.nanoTime() + durationNs;
        BooleanSupplier end = () -> System.nanoTime() - endNs >= 0;
        AtomicReference<Count> sent = new AtomicReference<>();
        AtomicReference<Count> received = new AtomicReference<>();
        Thread receives = Thread.ofPlatform()
                .name("pfs-receiver")
                .start(() -> received.set(BarePump.receive(receiver.socket(), numberOffset, end)));
        Thread sends = Thread.ofPlatform()
                .name("pfs-sender")
                .start(() -> sent.set(BarePump.send(sender.socket(), packet, numberOffset, end)));
        sends.join();
        receives.join();
        Count there = received.get();
        return new Throughput(
                payloadBytes,
                there.packetCount(),
                Math.max(1, there.elapsedNs()),
                sent.get().cpuNs(),
                there.cpuNs(),
                Math.max(0, sent.get().packetCount() - there.packetCount()),
                Map.of());
    }

    private byte[] packet(int payloadBytes) {
        Flow flow = new Flow(mac(0), mac(1), withPort(VethPair.address(0)), withPort(VethPair.address(1)));
        UdpFrameTemplate template = new UdpFrameTemplate(flow);
        byte[] packet = new byte[template.headerBytes() + payloadBytes];
        MemorySegment memory = MemorySegment.ofArray(packet);
        long sum = InternetChecksum.sum(memory, template.headerBytes(), payloadBytes);
        template.write(memory, 0, payloadBytes, sum, 0);
        return packet;
    }

    private MacAddress mac(int end) {
        return pair.in(end, () -> {
            try (NetworkTables tables = Linux.openNetworkTables()) {
                return new MacAddress(tables.link(VethPair.DEVICE).orElseThrow().linkAddress());
            }
        });
    }

    private static InetSocketAddress withPort(InetSocketAddress address) {
        return new InetSocketAddress(address.getAddress(), PORT);
    }
}
