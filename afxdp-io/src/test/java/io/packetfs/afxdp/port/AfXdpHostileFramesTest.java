package io.packetfs.afxdp.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.afxdp.FrameBatch;
import io.packetfs.afxdp.FrameState;
import io.packetfs.afxdp.Umem;
import io.packetfs.afxdp.UmemConfig;
import io.packetfs.afxdp.XskConfig;
import io.packetfs.afxdp.XskSocket;
import io.packetfs.afxdp.frame.Flow;
import io.packetfs.afxdp.frame.FrameVerdict;
import io.packetfs.afxdp.frame.InternetChecksum;
import io.packetfs.afxdp.frame.MacAddress;
import io.packetfs.afxdp.frame.UdpFrameTemplate;
import io.packetfs.linux.Linux;
import io.packetfs.linux.NetworkTables;
import io.packetfs.linuxio.LinuxUdpPortConfig;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A neighbour on the link that writes frames itself, and writes them wrong. */
@Timeout(60)
class AfXdpHostileFramesTest {
    private static final int FRAMES = 20_000;
    private static final int PAYLOAD_BYTES = 200;
    private static final int BATCH = 64;
    private static final int IP_BEGIN = 14;

    private static Spokes spokes;

    @BeforeAll
    static void makeNetwork() throws IOException, InterruptedException {
        spokes = Spokes.open(2, 1500);
    }

    @AfterAll
    static void removeNetwork() throws IOException, InterruptedException {
        if (spokes != null) {
            spokes.close();
        }
    }

    @Test
    void damagedFramesAreCountedAndNoneIsKept() {
        UmemConfig shape = UmemConfig.of(1024).withChunkBytes(2048);
        try (AfXdpPort port = spokes.in(
                        2,
                        () -> AfXdpPort.open(
                                AfXdpPortConfig.on(LinuxUdpPortConfig.on(Spokes.ipv4(2)), Spokes.DEVICE)));
                Umem umem = Umem.map(shape);
                XskSocket hostile = spokes.in(
                        1,
                        () -> XskSocket.open(
                                umem,
                                XskConfig.of(Linux.networkDevices().find(Spokes.DEVICE), 0, 1024)
                                        .withEntries(64, 512)))) {
            UdpFrameTemplate template = template(port.localAddress());
            int[] delivered = {0};
            flood(hostile, template, port, delivered);

            XskSocket socket = port.queues().getFirst().socket();
            port.queues().getFirst().giveBack();
            socket.frames().checkBalance();
            assertThat(socket.frames().count(FrameState.RECEIVED)).isZero();
            assertThat(socket.frames().count(FrameState.FILL) + socket.frames().count(FrameState.FREE))
                    .isEqualTo(RingSetUp.RECEIVE_FRAMES + RingSetUp.TRANSMIT_FRAMES);
            assertThat(port.ringCounters().frames()).containsKey(FrameVerdict.ACCEPTED);
            assertThat(port.ringCounters().frames().size())
                    .as("kinds of verdicts")
                    .isGreaterThan(2);
            assertThat(delivered[0]).isPositive();
        }
    }

    private static void flood(XskSocket hostile, UdpFrameTemplate template, AfXdpPort port, int[] delivered) {
        Random random = new Random(6);
        MemorySegment memory = hostile.umem().memory();
        FrameBatch batch = new FrameBatch(BATCH);
        for (int sent = 0; sent < FRAMES; sent += BATCH) {
            hostile.complete();
            hostile.take(batch, BATCH);
            for (int i = 0; i < batch.count(); i++) {
                batch.setLength(i, frame(memory, batch.address(i), template, random));
            }
            hostile.send(batch);
            hostile.flush();
            hostile.recycle(batch);
            port.receive((source, packet, length, segmentBytes, ecn) -> {
                assertThat(length).isBetween(1, PAYLOAD_BYTES);
                delivered[0]++;
            });
        }
        port.await(1_000_000);
        while (port.receive((source, packet, length, segmentBytes, ecn) -> delivered[0]++) > 0) {
            port.await(1_000_000);
        }
    }

    /** Writes a frame that is right but for up to three bytes behind the Ethernet header, or its end; returns its length. */
    private static int frame(MemorySegment memory, long address, UdpFrameTemplate template, Random random) {
        int bytes = template.headerBytes() + PAYLOAD_BYTES;
        long sum = InternetChecksum.sum(memory, address + template.headerBytes(), PAYLOAD_BYTES);
        template.write(memory, address, PAYLOAD_BYTES, sum, 0);
        for (int damages = random.nextInt(4); damages > 0; damages--) {
            int at = IP_BEGIN + random.nextInt(template.headerBytes() - IP_BEGIN);
            memory.set(ValueLayout.JAVA_BYTE, address + at, (byte) random.nextInt());
        }
        return random.nextInt(8) == 0 ? IP_BEGIN + random.nextInt(bytes - IP_BEGIN) : bytes;
    }

    private static UdpFrameTemplate template(InetSocketAddress to) {
        InetSocketAddress from = new InetSocketAddress(Spokes.ipv4(1).getAddress(), 9);
        return new UdpFrameTemplate(new Flow(mac(1), mac(2), from, to));
    }

    private static MacAddress mac(int spoke) {
        return spokes.in(spoke, () -> {
            try (NetworkTables tables = Linux.openNetworkTables()) {
                return new MacAddress(tables.link(Spokes.DEVICE).orElseThrow().linkAddress());
            }
        });
    }
}
