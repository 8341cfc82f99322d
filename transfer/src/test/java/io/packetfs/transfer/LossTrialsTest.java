package io.packetfs.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.sim.LinkEvent;
import io.packetfs.sim.LinkSettings;
import io.packetfs.sim.PacketFilter;
import io.packetfs.sim.Reordering;
import io.packetfs.sim.SimLink;
import io.packetfs.transfer.record.VerifyKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole transfers with packets lost at every place where one can be. */
class LossTrialsTest {
    private static final int FILE_BYTES = 30_000;

    /** One loss costs a few probe timeouts at worst, wherever it strikes. */
    private static final long TIME_LIMIT_NS = 5 * TwoSides.SECOND;

    @TempDir
    private Path folder;

    private Path source;

    @BeforeEach
    void makeSource() throws IOException {
        source = Files.createDirectory(folder.resolve("source"));
        Folders.file(source.resolve("a"), FILE_BYTES, 1);
        Folders.file(source.resolve("b"), 10, 2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anyOnePacketMayBeLost(boolean upstream) throws Exception {
        long packets = 1;
        for (int lost = 0; lost < packets; lost++) {
            TwoSides sides = TwoSides.overCleanLink();
            link(sides, upstream).filter(PacketFilter.drop(lost));

            assertArrives(sides, "without packet " + lost);
            packets = link(sides, upstream).counters().datagrams(LinkEvent.SENT);
        }
        assertThat(packets).isGreaterThan(5);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anyThreePacketsInARowMayBeLost(boolean upstream) throws Exception {
        long packets = 1;
        for (int lost = 0; lost < packets; lost++) {
            TwoSides sides = TwoSides.overCleanLink();
            link(sides, upstream).filter(PacketFilter.drop(lost, lost + 1, lost + 2));

            assertArrives(sides, "without packets " + lost + " to " + (lost + 2));
            packets = link(sides, upstream).counters().datagrams(LinkEvent.SENT);
        }
    }

    @Test
    void manyRandomPathsBringTheSameFiles() throws Exception {
        for (int seed = 0; seed < 60; seed++) {
            LinkSettings link = LinkSettings.builder()
                    .delayMs(seed % 30)
                    .jitterMs(seed % 5)
                    .lossProbability(seed % 7 * 0.03)
                    .reordering(new Reordering(seed % 3 * 0.1, 0, 10 * TwoSides.MS))
                    .duplicateProbability(seed % 2 * 0.05)
                    .build();
            TwoSides sides = new TwoSides(seed, link);
            Path target = Files.createDirectory(folder.resolve("target" + seed));

            TransferReport sent = transfer(sides, target);

            assertThat(sent.failure()).as("seed %d", seed).isNull();
            assertThat(Folders.describe(target.resolve("source")))
                    .as("seed %d", seed)
                    .isEqualTo(Folders.describe(source));
        }
    }

    private void assertArrives(TwoSides sides, String what) throws Exception {
        Path target = Files.createDirectories(folder.resolve("target " + what));

        TransferReport sent = transfer(sides, target);

        assertThat(sent.failure()).as(what).isNull();
        assertThat(sides.received.getFirst().failure()).as(what).isNull();
        assertThat(sent.durationNs()).as(what).isLessThan(TIME_LIMIT_NS);
        assertThat(Folders.describe(target.resolve("source"))).as(what).isEqualTo(Folders.describe(source));
    }

    private TransferReport transfer(TwoSides sides, Path target) throws Exception {
        sides.receiveInto(ReceiveFolder.open(target, OnExists.RENAME, VerifyKind.CRC32C));
        sides.start(new FileSendSession(
                Folders.scan(source),
                VerifyKind.CRC32C,
                sides.senderWorkers,
                sides.network::nowNs,
                TwoSides.STALL_TIMEOUT_NS));
        return sides.run();
    }

    private static SimLink link(TwoSides sides, boolean upstream) {
        return upstream ? sides.senderPort.linkTo(sides.receiverPort) : sides.receiverPort.linkTo(sides.senderPort);
    }
}
