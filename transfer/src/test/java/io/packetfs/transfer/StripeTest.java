package io.packetfs.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.sim.Blackout;
import io.packetfs.sim.LinkSettings;
import io.packetfs.transfer.record.VerifyKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Transfers over several connections. */
class StripeTest {
    private static final int LARGE_BYTES = 12_345_678;

    @TempDir
    private Path folder;

    private Path source;
    private Path target;

    @BeforeEach
    void makeFolders() throws IOException {
        source = Files.createDirectory(folder.resolve("source"));
        target = Files.createDirectory(folder.resolve("target"));
    }

    private static LinkSettings lossy(double loss) {
        return LinkSettings.builder()
                .delayMs(10)
                .rateMegabitsPerSecond(100)
                .lossProbability(loss)
                .build();
    }

    private FileSendSession start(TwoSides sides, int streams, OnExists onExists, Path... paths) throws Exception {
        sides.receiveInto(ReceiveFolder.open(target, onExists, VerifyKind.CRC32C));
        return sides.start(new FileSendSession(
                Folders.scan(paths),
                VerifyKind.SHA256,
                sides.senderWorkers,
                sides.network::nowNs,
                TwoSides.STALL_TIMEOUT_NS,
                sides.stripes(streams)));
    }

    @ParameterizedTest
    @CsvSource({"1,0", "2,0", "2,0.03", "3,0.03", "4,0.03", "16,0"})
    void aLargeFileIsWhole(int streams, double loss) throws Exception {
        Path file = Folders.file(source.resolve("data"), LARGE_BYTES, streams);
        TwoSides sides = new TwoSides(streams, lossy(loss));

        start(sides, streams, OnExists.RENAME, file);
        TransferReport sent = sides.run();

        assertThat(sent.failure()).isNull();
        assertThat(target.resolve("data")).hasSameBinaryContentAs(file);
        TransferReport received = sides.received.getFirst();
        assertThat(received.bytes()).isEqualTo(LARGE_BYTES).isEqualTo(sent.bytes());
        assertThat(received.files()).isEqualTo(sent.files());
        assertThat(received.gramCount()).isEqualTo(12).isEqualTo(sent.gramCount());
        assertThat(sides.stripeConnections).hasSize(streams - 1);
        assertThat(sent.stats().bytesSent()).isBetween((long) LARGE_BYTES, LARGE_BYTES * 12L / 10);
        assertThat(received.stats().bytesReceived()).isGreaterThan(LARGE_BYTES);
        if (streams <= 4) {
            assertThat(sides.stripeConnections)
                    .allSatisfy(stripe -> assertThat(stripe.stats().bytesSent()).isGreaterThan(1 << 20));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void aTreeIsWhole(int streams) throws Exception {
        Path tree = Folders.tree(source.resolve("tree"));
        for (int i = 0; i < 200; i++) {
            Folders.file(tree.resolve("small/" + i), 17_001 + i, i);
        }

        TwoSides sides = new TwoSides(streams, lossy(0.02));
        start(sides, streams, OnExists.RENAME, tree);
        TransferReport sent = sides.run();

        assertThat(sent.failure()).isNull();
        assertThat(Folders.describe(target.resolve("tree"))).isEqualTo(Folders.describe(tree));
        assertThat(names(target)).containsExactly("tree");
        assertThat(sides.received.getFirst().files()).isEqualTo(sent.files());
    }

    @ParameterizedTest
    @CsvSource({"4,1,0", "4,2,1", "1,4,0"})
    void thereAreAsManyConnectionsAsBothSidesWant(int asked, int taken, int further) throws Exception {
        Path file = Folders.file(source.resolve("data"), LARGE_BYTES, 1);
        TwoSides sides = new TwoSides(1, lossy(0));
        sides.streamsMax = taken;

        start(sides, asked, OnExists.RENAME, file);

        assertThat(sides.run().failure()).isNull();
        assertThat(sides.stripeConnections).hasSize(further);
        assertThat(target.resolve("data")).hasSameBinaryContentAs(file);
    }

    @Test
    void aStripeThatIsKilledEndsTheTransferOnBothSides() throws Exception {
        Path file = Folders.file(source.resolve("data"), LARGE_BYTES, 1);
        TwoSides sides = new TwoSides(2, lossy(0));
        FileSendSession session = start(sides, 3, OnExists.RENAME, file);
        sides.runUntil(() -> session.progress().bytesDone() > LARGE_BYTES / 3, 60 * TwoSides.SECOND, now -> {});

        sides.stripeConnections.getFirst().close(CloseReasons.CANCELLED, "killed");
        TransferReport sent = sides.run();

        assertThat(sent.failure().message()).contains("killed");
        assertThat(sides.received.getFirst().failure().kind()).isEqualTo(FailureKind.PEER_LOST);
        assertThat(sides.network.nowNs()).isLessThan(10 * TwoSides.SECOND);
        assertThat(names(target)).isEmpty();
        settle(sides);
        assertThat(sides.stripeConnections)
                .allSatisfy(stripe -> assertThat(stripe.state().name()).isEqualTo("CLOSED"));
    }

    @Test
    void aStripeWhosePathGoesDarkEndsTheTransfer() throws Exception {
        Path file = Folders.file(source.resolve("data"), LARGE_BYTES, 1);
        TwoSides sides = new TwoSides(3, lossy(0));
        FileSendSession session = start(sides, 2, OnExists.RENAME, file);
        sides.runUntil(() -> session.progress().bytesDone() > LARGE_BYTES / 3, 60 * TwoSides.SECOND, now -> {});
        LinkSettings dark = LinkSettings.builder()
                .blackout(Blackout.every(TwoSides.SECOND, TwoSides.SECOND))
                .build();
        sides.stripePorts.getFirst().linkTo(sides.receiverPort).settings(dark);
        sides.receiverPort.linkTo(sides.stripePorts.getFirst()).settings(dark);

        TransferReport sent = sides.run();

        assertThat(sent.failure().kind()).isIn(FailureKind.PEER_LOST, FailureKind.STALLED);
        assertThat(sides.network.nowNs()).isLessThan(60 * TwoSides.SECOND);
        assertThat(names(target)).isEmpty();
    }

    @Test
    void aStripeThatNeverConnectsIsNotMissed() throws Exception {
        Path file = Folders.file(source.resolve("data"), LARGE_BYTES, 1);
        TwoSides sides = new TwoSides(4, lossy(0));
        LinkSettings dark = LinkSettings.builder()
                .blackout(Blackout.every(TwoSides.SECOND, TwoSides.SECOND))
                .build();
        StripeConnector stripes = sides.stripes(2);
        sides.stripePorts.getFirst().linkTo(sides.receiverPort).settings(dark);
        sides.receiveInto(ReceiveFolder.open(target, OnExists.RENAME, VerifyKind.CRC32C));
        sides.start(new FileSendSession(
                Folders.scan(file),
                VerifyKind.CRC32C,
                sides.senderWorkers,
                sides.network::nowNs,
                TwoSides.STALL_TIMEOUT_NS,
                stripes));

        assertThat(sides.run().failure()).isNull();
        assertThat(sides.network.nowNs()).isLessThan(5 * TwoSides.SECOND);
        assertThat(target.resolve("data")).hasSameBinaryContentAs(file);
    }

    @ParameterizedTest
    @CsvSource({"3,1", "1,3", "4,2"})
    void goesOnWhereAnEarlierAttemptEnded(int before, int after) throws Exception {
        Path file = Folders.file(source.resolve("data"), LARGE_BYTES, 1);
        TwoSides first = new TwoSides(
                5, LinkSettings.builder().delayMs(10).rateMegabitsPerSecond(20).build());
        FileSendSession session = start(first, before, OnExists.RESUME, file);
        first.runUntil(() -> session.progress().bytesDone() > LARGE_BYTES / 2, 60 * TwoSides.SECOND, now -> {});
        session.cancel("interrupted");
        first.run();
        assertThat(first.received.getFirst().failure().resumable()).isTrue();
        assertThat(Files.exists(target.resolve("data"))).isFalse();

        TwoSides second = new TwoSides(6, lossy(0));
        start(second, after, OnExists.RESUME, file);
        TransferReport sent = second.run();

        assertThat(sent.failure()).isNull();
        assertThat(sent.resumedBytes()).isGreaterThanOrEqualTo(LARGE_BYTES / 2 - (2 << 20));
        assertThat(sent.stats().bytesSent()).isLessThan(LARGE_BYTES - sent.resumedBytes() + (2 << 20));
        assertThat(target.resolve("data")).hasSameBinaryContentAs(file);
        assertThat(names(target)).containsExactly("data");
    }

    @Test
    void aSourceThatShrinksUnderAStripeEndsTheTransferWithItsName() throws Exception {
        Path file = Folders.file(source.resolve("data"), LARGE_BYTES, 1);
        TwoSides sides = new TwoSides(7, lossy(0));
        FileSendSession session = start(sides, 2, OnExists.RENAME, file);
        sides.runUntil(() -> session.progress().bytesDone() > LARGE_BYTES / 4, 60 * TwoSides.SECOND, now -> {});
        Files.write(file, new byte[1_000]);

        TransferReport sent = sides.run();

        assertThat(sent.failure().kind()).isEqualTo(FailureKind.LOCAL_IO);
        assertThat(sent.failure().message()).contains("data");
        assertThat(sides.received.getFirst().failure().kind()).isEqualTo(FailureKind.LOCAL_IO);
        assertThat(names(target)).isEmpty();
    }

    @Test
    void connectionsAreClosedWhenAllIsDone() throws Exception {
        Path file = Folders.file(source.resolve("data"), LARGE_BYTES, 1);
        TwoSides sides = new TwoSides(8, lossy(0));
        start(sides, 4, OnExists.RENAME, file);
        sides.run();
        settle(sides);

        assertThat(sides.stripeConnections)
                .allSatisfy(stripe -> assertThat(stripe.state().name()).isEqualTo("CLOSED"));
        assertThat(sides.received).hasSize(1);
    }

    private static void settle(TwoSides sides) {
        sides.runUntil(() -> false, sides.network.nowNs() + 5 * TwoSides.SECOND, now -> {});
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.map(child -> child.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }
}
