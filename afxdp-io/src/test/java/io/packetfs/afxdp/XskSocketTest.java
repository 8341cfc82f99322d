package io.packetfs.afxdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packetfs.afxdp.UmemConfig.PageChoice;
import io.packetfs.afxdp.VethHosts.Host;
import io.packetfs.linux.HugePages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class XskSocketTest {
    private static final int PORT = 4433;

    private VethHosts hosts;

    @BeforeEach
    void open() {
        hosts = VethHosts.open();
    }

    @AfterEach
    void close() {
        if (hosts != null) {
            hosts.close();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void datagramsOfAKernelSocketArrive(boolean ipv6) {
        try (XskEnd b = XskEnd.open(hosts, Host.B, PORT)) {
            List<byte[]> sent = new ArrayList<>();
            hosts.inside(Host.A, () -> {
                try (DatagramSocket socket = new DatagramSocket()) {
                    for (int i = 0; i < 20; i++) {
                        byte[] payload = payload(i, 100 + i);
                        sent.add(payload);
                        InetAddress to = ipv6 ? hosts.ipv6(Host.B) : hosts.ipv4(Host.B);
                        socket.send(new DatagramPacket(payload, payload.length, new InetSocketAddress(to, PORT)));
                    }
                }
                return null;
            });

            List<byte[]> received =
                    b.receive(20, ipv6 ? TestPackets.IPV6_HEADERS_BYTES : TestPackets.IPV4_HEADERS_BYTES);

            assertThat(received).containsExactlyElementsOf(sent);
            b.checkBalance();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void packetsReachAKernelSocket(boolean ipv6) {
        InetAddress to = ipv6 ? hosts.ipv6(Host.B) : hosts.ipv4(Host.B);
        InetAddress from = ipv6 ? hosts.ipv6(Host.A) : hosts.ipv4(Host.A);
        try (XskEnd a = XskEnd.open(hosts, Host.A, PORT);
                DatagramSocket socket = hosts.inside(Host.B, () -> new DatagramSocket(PORT))) {
            byte[] payload = payload(7, 1_200);

            a.send(TestPackets.udp(hosts.ethernet(Host.B), hosts.ethernet(Host.A), from, to, PORT, payload));
            DatagramPacket packet = new DatagramPacket(new byte[2_000], 2_000);
            socket.setSoTimeout(5_000);
            socket.receive(packet);

            assertThat(Arrays.copyOf(packet.getData(), packet.getLength())).isEqualTo(payload);
            a.completeAll();
            a.checkBalance();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Frames go round from receiving to sending without a copy, and in the end all of them are where they were. */
    @Test
    void packetsAreSentBackInTheFramesTheyCameIn() {
        int rounds = 400;
        int each = 32;
        try (XskEnd a = XskEnd.open(hosts, Host.A, PORT);
                XskEnd b = XskEnd.open(hosts, Host.B, PORT)) {
            byte[] packet = TestPackets.udp(
                    hosts.ethernet(Host.B),
                    hosts.ethernet(Host.A),
                    hosts.ipv4(Host.A),
                    hosts.ipv4(Host.B),
                    PORT,
                    payload(3, 200));
            FrameBatch toSend = new FrameBatch(each);
            FrameBatch received = new FrameBatch(each);
            int returned = 0;
            long sent = 0;
            long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (returned < rounds * each && System.nanoTime() - deadlineNs < 0) {
                if (sent < returned + each) {
                    a.socket.take(toSend, each);
                    for (int i = 0; i < toSend.count(); i++) {
                        a.write(toSend, i, packet);
                    }
                    sent += a.socket.send(toSend);
                    a.socket.flush();
                }
                if (b.socket.receive(received) > 0) {
                    for (int i = 0; i < received.count(); i++) {
                        turnRound(b.umem.memory(), received.address(i));
                    }
                    b.socket.send(received);
                    b.socket.flush();
                    b.socket.fill(64);
                }
                returned += a.socket.receive(received);
                a.socket.recycle(received);
                a.socket.fill(64);
            }

            assertThat(returned).isGreaterThanOrEqualTo(rounds * each);
            a.socket.recycle(toSend);
            for (XskEnd end : List.of(a, b)) {
                end.drain(new ArrayList<>(), 0);
                end.completeAll();
                end.checkBalance();
            }
        }
    }

    /** Swaps who sent and who is meant, in all three headers; the ports are both the filter's from then on. */
    private static void turnRound(MemorySegment memory, long address) {
        swap(memory, address, 6);
        swap(memory, address + 26, 4);
        memory.asSlice(address + 34, 2).copyFrom(memory.asSlice(address + 36, 2));
    }

    private static void swap(MemorySegment memory, long at, int bytes) {
        byte[] first = memory.asSlice(at, bytes).toArray(ValueLayout.JAVA_BYTE);
        memory.asSlice(at, bytes).copyFrom(memory.asSlice(at + bytes, bytes));
        memory.asSlice(at + bytes, bytes).copyFrom(MemorySegment.ofArray(first));
    }

    @Test
    void theKernelCountsWhatItDropsForWantOfFrames() {
        XskConfig config = XskEnd.config(hosts, Host.B);
        byte[] packet = TestPackets.udp(
                hosts.ethernet(Host.B),
                hosts.ethernet(Host.A),
                hosts.ipv4(Host.A),
                hosts.ipv4(Host.B),
                PORT,
                new byte[1]);
        try (XskEnd a = XskEnd.open(hosts, Host.A, PORT);
                XskEnd b = XskEnd.open(hosts, Host.B, PORT, config.withEntries(32, 32), UmemConfig.of(XskEnd.FRAMES))) {
            for (int i = 0; i < 40; i++) {
                a.send(packet);
            }
            a.completeAll();

            List<byte[]> received = new ArrayList<>();
            b.drain(received, TestPackets.IPV4_HEADERS_BYTES);

            assertThat(received).hasSize(32);
            assertThat(b.socket.statistics().fillRingEmpty()
                            + b.socket.statistics().receiveRingFull())
                    .isEqualTo(8);
            b.checkBalance();
        }
    }

    @ParameterizedTest
    @EnumSource(PageChoice.class)
    void packetsArriveInEveryKindOfMemory(PageChoice pages) {
        assumeTrue(
                pages != PageChoice.HUGE || HugePages.read().freeCount().orElse(0) > 0,
                "skipped: no huge pages are reserved on this machine");
        UmemConfig umemConfig = UmemConfig.of(XskEnd.FRAMES)
                .withPages(pages)
                .withChunkBytes(2048)
                .withHeadroom(6);
        byte[] payload = payload(5, 1_400);
        try (XskEnd a = XskEnd.open(hosts, Host.A, PORT, XskEnd.config(hosts, Host.A), umemConfig);
                XskEnd b = XskEnd.open(hosts, Host.B, PORT, XskEnd.config(hosts, Host.B), umemConfig)) {
            a.send(TestPackets.udp(
                    hosts.ethernet(Host.B),
                    hosts.ethernet(Host.A),
                    hosts.ipv4(Host.A),
                    hosts.ipv4(Host.B),
                    PORT,
                    payload));

            assertThat(b.receive(1, TestPackets.IPV4_HEADERS_BYTES)).containsExactly(payload);
            a.completeAll();
            a.checkBalance();
            b.checkBalance();
        }
    }

    @Test
    void theHeadroomIsWhereItWasAskedFor() {
        UmemConfig umemConfig = UmemConfig.of(XskEnd.FRAMES).withHeadroom(6);
        try (XskEnd a = XskEnd.open(hosts, Host.A, PORT);
                XskEnd b = XskEnd.open(hosts, Host.B, PORT, XskEnd.config(hosts, Host.B), umemConfig)) {
            a.send(TestPackets.udp(
                    hosts.ethernet(Host.B),
                    hosts.ethernet(Host.A),
                    hosts.ipv4(Host.A),
                    hosts.ipv4(Host.B),
                    PORT,
                    new byte[9]));
            FrameBatch batch = new FrameBatch(1);
            long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (b.socket.receive(batch) == 0 && System.nanoTime() - deadlineNs < 0) {
                Thread.onSpinWait();
            }

            assertThat(batch.address(0) % 4096).isEqualTo(Umem.KERNEL_HEADROOM_BYTES + 6);
            assertThat((batch.address(0) + TestPackets.IPV4_HEADERS_BYTES) % 8).isZero();
            b.socket.recycle(batch);
            b.checkBalance();
        }
    }

    @Test
    void movingPacketsAllocatesNothing() {
        byte[] packet = TestPackets.udp(
                hosts.ethernet(Host.B),
                hosts.ethernet(Host.A),
                hosts.ipv4(Host.A),
                hosts.ipv4(Host.B),
                PORT,
                new byte[99]);
        try (XskEnd a = XskEnd.open(hosts, Host.A, PORT);
                XskEnd b = XskEnd.open(hosts, Host.B, PORT)) {
            FrameBatch batch = new FrameBatch(4);
            FrameBatch all = new FrameBatch(XskEnd.FRAMES);
            a.socket.take(all, all.room());
            for (int i = 0; i < all.count(); i++) {
                a.write(all, i, packet);
            }
            a.socket.recycle(all);
            com.sun.management.ThreadMXBean threads =
                    (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
            double bytesPerPacket = Double.MAX_VALUE; // the least, of rounds in which the compiler catches up
            for (int round = 0; round < 12; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                long moved = move(a, b, batch, packet, 15_000);
                long allocated = threads.getCurrentThreadAllocatedBytes() - before;
                bytesPerPacket = Math.min(bytesPerPacket, (double) allocated / moved);
            }

            assertThat(bytesPerPacket).isLessThan(0.1);
        }
    }

    /** Writes no packet: frames keep what is in them. */
    private static long move(XskEnd a, XskEnd b, FrameBatch batch, byte[] packet, int count) {
        long moved = 0;
        while (moved < count) {
            a.socket.take(batch, batch.room());
            for (int i = 0; i < batch.count(); i++) {
                batch.setLength(i, packet.length);
            }
            a.socket.send(batch);
            a.socket.flush();
            a.socket.recycle(batch);
            moved += b.socket.receive(batch);
            b.socket.recycle(batch);
            b.socket.fill(64);
        }
        return moved;
    }

    static byte[] payload(int seed, int bytes) {
        byte[] payload = new byte[bytes];
        new Random(seed).nextBytes(payload);
        return payload;
    }
}
