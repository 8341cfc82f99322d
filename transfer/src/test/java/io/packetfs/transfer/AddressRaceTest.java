package io.packetfs.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.transfer.record.VerifyKind;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AddressRaceTest {
    private static final InetSocketAddress NOBODY = TwoSides.address(9, 1);
    private static final InetSocketAddress NOBODY_EITHER = TwoSides.address(8, 1);

    @TempDir
    private Path folder;

    private final TwoSides sides = TwoSides.overCleanLink();

    @Test
    void addressesThatLeadNowhereCostAMoment() throws Exception {
        listen();
        FileSendSession session = session();
        AddressRace race = sides.race(
                session, List.of(NOBODY, NOBODY_EITHER, sides.receiverPort.localAddress()), 10 * TwoSides.SECOND);
        race.start(0);

        sides.runUntil(() -> session.report().isDone(), 10 * TwoSides.SECOND, race::onTick);

        assertThat(session.report().join().failure()).isNull();
        assertThat(session.report().join().peer()).isEqualTo(sides.receiverPort.localAddress());
        assertThat(sides.network.nowNs()).isLessThan(TwoSides.SECOND);
    }

    @Test
    void oneReceiverReachedTwiceServesOnce() throws Exception {
        listen();
        FileSendSession session = session();
        InetSocketAddress same = sides.receiverPort.localAddress();
        AddressRace race = sides.race(session, List.of(same, same), 10 * TwoSides.SECOND);
        race.start(0);
        race.onTick(TwoSides.SECOND);

        sides.runUntil(
                () -> session.report().isDone() && !sides.received.isEmpty(), 10 * TwoSides.SECOND, race::onTick);

        assertThat(session.report().join().failure()).isNull();
        assertThat(sides.received).hasSize(1);
        assertThat(folder.resolve("target/file")).exists();
    }

    @Test
    void nobodyAnywhereIsSaidWithinTheTimeOut() throws Exception {
        FileSendSession session = session();
        AddressRace race = sides.race(session, List.of(NOBODY, NOBODY_EITHER), 3 * TwoSides.SECOND);
        race.start(0);

        sides.runUntil(() -> session.report().isDone(), 20 * TwoSides.SECOND, race::onTick);

        Failure failure = session.report().join().failure();
        assertThat(failure.kind()).isEqualTo(FailureKind.CANNOT_CONNECT);
        assertThat(failure.message())
                .contains("10.0.0.9 port 1")
                .contains("10.0.0.8 port 1")
                .contains("reachable")
                .contains("ticket");
        assertThat(sides.network.nowNs()).isBetween(3 * TwoSides.SECOND, 4 * TwoSides.SECOND);
    }

    private void listen() throws TransferException, IOException {
        Path target = Files.createDirectory(folder.resolve("target"));
        sides.receiveInto(ReceiveFolder.open(target, OnExists.RENAME, VerifyKind.CRC32C));
    }

    private FileSendSession session() throws IOException {
        Path file = Folders.file(folder.resolve("file"), 1_000, 1);
        return new FileSendSession(
                Folders.scan(file),
                VerifyKind.CRC32C,
                sides.senderWorkers,
                sides.network::nowNs,
                TwoSides.STALL_TIMEOUT_NS);
    }
}
