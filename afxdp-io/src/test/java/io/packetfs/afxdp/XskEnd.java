package io.packetfs.afxdp;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.afxdp.VethHosts.Host;
import io.packetfs.linux.Linux;
import io.packetfs.linux.Poller;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A socket with packet memory and steering of its own on a host's device. */
final class XskEnd implements AutoCloseable {
    static final int FRAMES = 256;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(10);

    final Umem umem;
    final XskSocket socket;
    final XdpSteering steering;
    private final FrameBatch batch = new FrameBatch(64);

    private XskEnd(Umem umem, XskSocket socket, XdpSteering steering) {
        this.umem = umem;
        this.socket = socket;
        this.steering = steering;
    }

    static XskConfig config(VethHosts hosts, Host host) {
        return XskConfig.of(hosts.find(host), 0, FRAMES).withEntries(64, 64);
    }

    static XskEnd open(VethHosts hosts, Host host, int port) {
        return open(hosts, host, port, config(hosts, host), UmemConfig.of(FRAMES));
    }

    static XskEnd open(VethHosts hosts, Host host, int port, XskConfig config, UmemConfig umemConfig) {
        return hosts.inside(host, () -> {
            Umem umem = Umem.map(umemConfig);
            XskSocket socket = XskSocket.open(umem, config);
            XdpSteering steering = XdpSteering.attach(config.device(), XdpFilter.port(port), config.multiBuffer());
            steering.add(socket);
            socket.fill(64);
            return new XskEnd(umem, socket, steering);
        });
    }

    /** Puts one packet into one frame and has it sent. */
    void send(byte[] packet) {
        assertThat(socket.take(batch, 1)).isOne();
        write(batch, 0, packet);
        assertThat(socket.send(batch)).isOne();
        socket.flush();
    }

    void write(FrameBatch target, int index, byte[] packet) {
        MemorySegment.copy(packet, 0, umem.memory(), ValueLayout.JAVA_BYTE, target.address(index), packet.length);
        target.setLength(index, packet.length);
    }

    /** Waits for packets; returns what is in them behind their headers. */
    List<byte[]> receive(int count, int headersBytes) {
        List<byte[]> received = new ArrayList<>();
        long deadlineNs = System.nanoTime() + PATIENCE_NS;
        try (Poller poller = Linux.polling().open(List.of(socket))) {
            while (received.size() < count && System.nanoTime() - deadlineNs < 0) {
                poller.await(TimeUnit.MILLISECONDS.toNanos(50));
                drain(received, headersBytes);
            }
        }
        return received;
    }

    void drain(List<byte[]> received, int headersBytes) {
        socket.receive(batch);
        for (int i = 0; i < batch.count(); i++) {
            received.add(umem.memory()
                    .asSlice(batch.address(i) + headersBytes, batch.lengthBytes(i) - headersBytes)
                    .toArray(ValueLayout.JAVA_BYTE));
        }
        socket.recycle(batch);
        socket.fill(64);
    }

    /** Waits until nothing is on its way out. */
    void completeAll() {
        long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (socket.frames().count(FrameState.TX) > 0 && System.nanoTime() - deadlineNs < 0) {
            socket.flush();
            socket.complete();
            Thread.onSpinWait();
        }
        assertThat(socket.frames().count(FrameState.TX)).isZero();
    }

    /** Every frame is free or with the kernel for receiving, and the books agree. */
    void checkBalance() {
        FrameLedger ledger = socket.frames();
        ledger.checkBalance();
        assertThat(ledger.count(FrameState.FREE) + ledger.count(FrameState.FILL))
                .as(ledger.toString())
                .isEqualTo(ledger.frameCount());
        assertThat(socket.unknownCompletionCount()).isZero();
        assertThat(socket.invalidReceivedCount()).isZero();
    }

    @Override
    public void close() {
        steering.close();
        socket.close();
        umem.close();
    }
}
