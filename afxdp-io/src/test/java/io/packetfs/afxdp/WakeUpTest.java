package io.packetfs.afxdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.packetfs.afxdp.VethHosts.Host;
import io.packetfs.linux.SystemCallException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the kernel does when it is asked to send, in all the ways that are not "sent". After each, every frame is accounted for. */
class WakeUpTest {
    private static final int PORT = 4433;
    private static final int METADATA = 2;

    private VethHosts hosts;
    private byte[] ethernetA;
    private byte[] ethernetB;

    @BeforeEach
    void open() {
        hosts = VethHosts.open();
        ethernetA = hosts.ethernet(Host.A);
        ethernetB = hosts.ethernet(Host.B);
    }

    @AfterEach
    void close() {
        if (hosts != null) {
            hosts.close();
        }
    }

    private byte[] packet(int number) {
        return TestPackets.udp(
                ethernetB, ethernetA, hosts.ipv4(Host.A), hosts.ipv4(Host.B), PORT, new byte[] {(byte) number, 1, 2});
    }

    /** Puts packets into the ring, and wakes nobody up. */
    private void submit(XskEnd end, int first, int count) {
        FrameBatch batch = new FrameBatch(count);
        assertThat(end.socket.take(batch, count)).isEqualTo(count);
        for (int i = 0; i < count; i++) {
            end.write(batch, i, packet(first + i));
        }
        assertThat(end.socket.send(batch)).isEqualTo(count);
    }

    private static List<Integer> numbers(XskEnd end, int count) {
        return end.receive(count, TestPackets.IPV4_HEADERS_BYTES).stream()
                .map(payload -> (int) payload[0])
                .toList();
    }

    @Test
    void aBudgetThatIsUsedUpKeepsTheRestForTheNextCall() {
        XskConfig config = XskEnd.config(hosts, Host.A).withTransmitBudget(1);
        try (XskEnd a = XskEnd.open(hosts, Host.A, PORT, config, UmemConfig.of(XskEnd.FRAMES));
                XskEnd b = XskEnd.open(hosts, Host.B, PORT)) {
            submit(a, 0, 50);

            assertThat(a.socket.wakeTransmit()).isEqualTo(WakeResult.AGAIN);
            assertThat(a.socket.transmitPending()).isEqualTo(18);
            assertThat(a.socket.flush()).isEqualTo(WakeResult.DONE);

            assertThat(numbers(b, 50)).hasSize(50).isSorted();
            assertThat(a.socket.againCount()).isOne();
            a.completeAll();
            a.checkBalance();
            b.checkBalance();
        }
    }

    @Test
    void aRefusedDescriptorIsLeftOutAndTheRestIsSent() {
        try (XskEnd a = XskEnd.open(hosts, Host.A, PORT);
                XskEnd b = XskEnd.open(hosts, Host.B, PORT)) {
            submit(a, 0, 2);
            TxRing ring = a.socket.transmitRing();
            assertThat(ring.reserve(1)).isOne();
            ring.set(0, a.umem.memory().byteSize() + 4096, 60, 0);
            ring.submit(1);
            submit(a, 2, 2);

            assertThat(a.socket.wakeTransmit()).isEqualTo(WakeResult.DONE);
            assertThat(a.socket.transmitPending()).isPositive();
            assertThat(a.socket.flush()).isEqualTo(WakeResult.DONE);

            assertThat(numbers(b, 4)).containsExactly(0, 1, 2, 3);
            a.completeAll();
            assertThat(a.socket.statistics().transmitInvalid()).isOne();
            a.socket.frames().checkBalance();
            assertThat(a.socket.frames().count(FrameState.FREE)).isEqualTo(XskEnd.FRAMES - 64);
            b.checkBalance();
        }
    }

    @Test
    void aPacketThatTheDeviceDropsCompletesAndIsCounted() {
        try (XskEnd a = XskEnd.open(hosts, Host.A, PORT);
                XskEnd b = XskEnd.open(hosts, Host.B, PORT)) {
            hosts.ip(Host.B, "link", "set", hosts.device(Host.B), "down");
            submit(a, 0, 3);

            assertThat(a.socket.wakeTransmit()).isEqualTo(WakeResult.DROPPED);
            assertThat(a.socket.transmitPending()).isEqualTo(2);
            assertThat(a.socket.flush()).isEqualTo(WakeResult.DONE);
            assertThat(a.socket.droppedCount()).isEqualTo(3);
            a.completeAll();
            a.checkBalance();

            hosts.ip(Host.B, "link", "set", hosts.device(Host.B), "up");
            submit(a, 7, 1);
            a.socket.flush();
            assertThat(numbers(b, 1)).containsExactly(7);
            a.completeAll();
            a.checkBalance();
            b.checkBalance();
        }
    }

    @Test
    void aDeviceThatIsSwitchedOffKeepsWhatIsInTheRingUntilItIsOn() {
        try (XskEnd a = XskEnd.open(hosts, Host.A, PORT);
                XskEnd b = XskEnd.open(hosts, Host.B, PORT)) {
            hosts.ip(Host.A, "link", "set", hosts.device(Host.A), "down");
            submit(a, 0, 2);

            assertThat(a.socket.wakeTransmit()).isEqualTo(WakeResult.DOWN);
            assertThat(a.socket.flush()).isEqualTo(WakeResult.DOWN);
            assertThat(a.socket.downCount()).isEqualTo(2);
            assertThat(a.socket.transmitPending()).isEqualTo(2);

            hosts.ip(Host.A, "link", "set", hosts.device(Host.A), "up");
            assertThat(a.socket.flush()).isEqualTo(WakeResult.DONE);
            assertThat(numbers(b, 2)).containsExactly(0, 1);
            a.completeAll();
            a.checkBalance();
            b.checkBalance();
        }
    }

    @Test
    void aDescriptorThatIsRefusedForGoodEndsSendingAtOnce() {
        try (XskEnd a = XskEnd.open(hosts, Host.A, PORT)) {
            FrameBatch batch = new FrameBatch(1);
            a.socket.take(batch, 1);
            a.write(batch, 0, packet(0));
            batch.setOptions(0, METADATA);
            assertThat(a.socket.send(batch)).isOne();

            assertThatExceptionOfType(SystemCallException.class)
                    .isThrownBy(a.socket::wakeTransmit)
                    .withMessage("sendto(AF_XDP, xea, queue 0): invalid argument (EINVAL)");
            long calls = a.socket.wakeUpCount();
            assertThatExceptionOfType(SystemCallException.class).isThrownBy(a.socket::wakeTransmit);

            // The kernel completes such a frame anew for each try: so there is none.
            assertThat(a.socket.wakeUpCount()).isEqualTo(calls);
            a.socket.complete();
            a.socket.frames().checkBalance();
            XskConfig config = a.socket.config();
            a.socket.close();
            a.socket.frames().checkBalance();
            assertThat(a.socket.frames().count(FrameState.FREE)).isEqualTo(XskEnd.FRAMES);
            hosts.inside(Host.A, () -> XskSocket.open(a.umem, config)).close();
        }
    }

    @Test
    void aDeviceThatIsGoneEndsSendingWithItsName() {
        try (XskEnd a = XskEnd.open(hosts, Host.A, PORT)) {
            submit(a, 0, 1);
            hosts.ip(Host.A, "link", "delete", hosts.device(Host.A));

            assertThatExceptionOfType(SystemCallException.class)
                    .isThrownBy(a.socket::wakeTransmit)
                    .withMessage("sendto(AF_XDP, xea, queue 0): no such device or address (ENXIO)");
            a.socket.close();
            a.socket.frames().checkBalance();
        }
    }

    @Test
    void packetsThatCannotBeSentAreRefusedBeforeTheyReachTheRing() {
        try (XskEnd a = XskEnd.open(hosts, Host.A, PORT)) {
            FrameBatch batch = new FrameBatch(2);
            a.socket.take(batch, 1);
            long address = batch.address(0);
            List<Runnable> faults = new ArrayList<>();
            faults.add(() -> batch.setLength(0, 13));
            faults.add(() -> batch.setLength(0, 4_097));
            faults.add(() -> batch.setLength(0, -1));
            faults.add(() -> batch.setAddress(0, a.umem.memory().byteSize()));
            faults.add(() -> batch.setAddress(0, -4_096));
            faults.add(() -> batch.setAddress(0, address + 4_090));
            faults.add(() -> batch.setContinues(0, true));
            for (Runnable fault : faults) {
                batch.setAddress(0, address);
                batch.setContinues(0, false);
                batch.setLength(0, 60);
                fault.run();
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> a.socket.send(batch))
                        .withMessageContaining("descriptor 0 of 1 is piece 1");
            }
            assertThat(a.socket.transmitPending()).isZero();
            batch.setContinues(0, false);
            batch.setAddress(0, address);
            a.socket.recycle(batch);
            a.checkBalance();
        }
    }
}
