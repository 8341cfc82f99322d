package io.packetfs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packetfs.linux.KernelProbe.Capability;
import io.packetfs.sim.LinkSettings;
import io.packetfs.sim.LossBursts;
import io.packetfs.sim.NamespacePair;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchWanTest {
    private static final WanPlan.Conditions CONDITIONS = new WanPlan.Conditions(10_000_000, 0.1);
    private static final WanPlan PLAN = new WanPlan(
            LinkSettings.builder()
                    .rateBitsPerSecond(400_000_000)
                    .queueBytesMax(2_000_000)
                    .build(),
            3,
            8,
            0,
            3,
            1);

    @TempDir
    private Path folder;

    @Test
    void theLimitIsWhatLossAndHeadersLeaveOfTheRate() {
        WanResult result = result(new WanMeasurement(162e6, 1_000, 2_500, 2, 0, null));

        assertThat(result.limitBitsPerSecond()).isEqualTo(400e6 * 0.9 * 0.9, within(1.0));
        assertThat(result.limitShare()).isEqualTo(0.5, within(1e-9));
    }

    @Test
    void overheadIsWhatGoesBeyondFullPackets() {
        // 9,000 bytes of payload need 10,000 bytes on the wire.
        WanResult result = result(new WanMeasurement(1e6, 9_000, 12_000, 8, 1, null));

        assertThat(result.overheadRatio()).isEqualTo(0.2, within(1e-9));
        assertThat(result.overheadRatioMin()).isEqualTo(0.1 / 0.9, within(1e-9));
    }

    @Test
    void roundsGiveTheirMedianAndWhatAllOfThemPutOnTheWire() {
        WanResult result = result(
                new WanMeasurement(3e6, 9_000, 11_000, 8, 1, null),
                new WanMeasurement(1e6, 9_000, 12_000, 8, 6, null),
                new WanMeasurement(2e6, 9_000, 13_000, 8, 2, null));

        assertThat(result.goodputBitsPerSecond()).isEqualTo(2e6);
        assertThat(result.goodputBitsPerSecondLeast()).isEqualTo(1e6);
        assertThat(result.goodputBitsPerSecondMost()).isEqualTo(3e6);
        assertThat(result.overheadRatio()).isEqualTo(0.2, within(1e-9));
        assertThat(result.retransmitted()).isEqualTo(3);
        assertThat(WanTable.line(result)).contains("2.0 Mbit/s", "1.0 to 3.0", "20.0 %");
    }

    @Test
    void burstsCountAsLossBesidesTheOther() {
        LinkSettings wire =
                PLAN.wire().toBuilder().lossBursts(LossBursts.of(0.5, 10)).build();
        WanPlan plan = new WanPlan(wire, 3, 8, 0, 1, 1);

        assertThat(plan.lossShare(CONDITIONS)).isEqualTo(1 - 0.9 * 0.5, within(1e-9));
        assertThat(plan.settings(CONDITIONS).lossBursts()).isEqualTo(wire.lossBursts());
        assertThat(plan.settings(CONDITIONS).lossProbability()).isEqualTo(0.1);
    }

    @Test
    void sharesAreOfWhatAllGotAndJainsIndexIsOneWhereTheyAreEqual() {
        WanMeasurement ours = new WanMeasurement(30e6, 0, 0, 0, 5, 26_000.0);
        WanMeasurement theirs = new WanMeasurement(10e6, 0, 0, 0, 7, null);
        WireShares shares = new WireShares(List.of("pfs-udp", "tcp-bbr"), List.of(ours, theirs), CONDITIONS);

        assertThat(shares.share(0)).isEqualTo(0.75, within(1e-9));
        assertThat(shares.jain()).isEqualTo(1_600.0 / 2_000, within(1e-9));
        assertThat(shares.lines().getFirst()).contains("30.0 Mbit/s", "75.0 %", "26.0 ms", "1.30");
        assertThat(new WireShares(List.of("a", "b"), List.of(ours, ours), CONDITIONS).jain())
                .isEqualTo(1, within(1e-9));
    }

    @Test
    void fullPacketsCarryTheSharesThatTheirHeadersLeave() {
        assertThat(new WanTransfer("pfs-udp", "bbr").payloadShare()).isEqualTo(1_432 / 1_500.0);
        assertThat(new WanTcp("tcp-bbr", "bbr", null, 5201).payloadShare()).isEqualTo(1_448 / 1_500.0);
    }

    @Test
    void findsTheLastWholeLineOfProgress() {
        String log = """
                pfs1ticket
                phase=moving elapsed_s=0.000 bytes=0 total=10 percent=0.0 rate_bps=0
                phase=moving elapsed_s=1.001 bytes=5 total=10 percent=50.0 rate_bps=40
                something else
                """;

        assertThat(ProgressLog.last(log)).isEqualTo(new ProgressLog.Sample(1.001, 5));
        assertThat(ProgressLog.last(log + "phase=moving elapsed_s=2.0")).isEqualTo(new ProgressLog.Sample(1.001, 5));
        assertThat(ProgressLog.last("")).isNull();
        assertThat(ProgressLog.last("nothing\n")).isNull();
    }

    @Test
    void thePageShowsEveryResultAndWhatFailed() {
        WanResult failed = new WanResult("tcp-bbr", 0.9, PLAN, CONDITIONS, List.of(), "no <route>");
        Map<String, Object> host = new LinkedHashMap<>(Map.of("cpu", "a & b", "cores", 2, "kernel", "6"));

        String page = WanPage.html(
                PLAN, List.of(result(new WanMeasurement(162e6, 9_000, 12_000, 8, 77, null)), failed), host);

        assertThat(page)
                .contains("10 ms one way", "<td>162.0 Mbit/s", "<td>50.0 %", "<td>77", "no &lt;route&gt;", "a &amp; b")
                .doesNotContain("<route>", "http", "<script");
    }

    @Test
    void measuresATransferOverAWireAndLeavesNothingBehind() throws Exception {
        Capability capability = NamespacePair.capability();
        assumeTrue(capability.available(), capability.cause());
        Path json = folder.resolve("wan.json");
        Path html = folder.resolve("wan.html");

        int exitCode = PfsUdp.run(
                "bench",
                "wan",
                "--only",
                "pfs-udp",
                "--delays",
                "2",
                "--losses",
                "0.02",
                "--rate",
                "20",
                "--warm-up",
                "1",
                "--seconds",
                "2",
                "--json",
                json.toString(),
                "--html",
                html.toString());

        assertThat(exitCode).isZero();
        Map<String, Object> report = JsonFile.parse(Files.readString(json));
        assertThat(report).containsEntry("schema", "pfs-udp.bench-wan/1").containsEntry("exit_code", 0);
        Map<?, ?> result = (Map<?, ?>) ((List<?>) report.get("results")).getFirst();
        assertThat(result.get("error")).isNull();
        // No more than the wire carries. How much less it is is not for this test to say.
        assertThat(((Number) result.get("limit_share")).doubleValue()).isBetween(0.01, 1.1);
        Map<?, ?> wire = (Map<?, ?>) result.get("wire");
        assertThat(((Number) wire.get("retransmitted")).longValue()).isPositive();
        assertThat(Files.readString(html)).contains("<svg");
        assertThat(namespaces())
                .doesNotContain("pfs-udp-" + ProcessHandle.current().pid() + "-");
    }

    @Test
    void measuresTwoFlowsAtOnceOverOneWire() throws Exception {
        Capability capability = NamespacePair.capability();
        assumeTrue(capability.available(), capability.cause());
        Path json = folder.resolve("share.json");

        int exitCode = PfsUdp.run(
                "bench",
                "share",
                "--flows",
                "pfs-udp,pfs-udp-cubic",
                "--rate",
                "20",
                "--delay",
                "5",
                "--warm-up",
                "1",
                "--seconds",
                "3",
                "--json",
                json.toString());

        assertThat(exitCode).isZero();
        Map<String, Object> report = JsonFile.parse(Files.readString(json));
        assertThat(report).containsEntry("schema", "pfs-udp.bench-share/1");
        assertThat(((Number) report.get("goodput_bps")).doubleValue()).isBetween(1e6, 22e6);
        assertThat(((Number) report.get("jain")).doubleValue()).isBetween(0.5, 1.0);
        for (Object flow : (List<?>) report.get("results")) {
            assertThat(((Number) ((Map<?, ?>) flow).get("goodput_bps")).longValue())
                    .isPositive();
            assertThat(((Number) ((Map<?, ?>) flow).get("rtt_ratio")).doubleValue())
                    .isGreaterThan(0.99);
        }
    }

    @Test
    void whoIsUnknownCannotShare() {
        assertThat(PfsUdp.run("bench", "share", "--flows", "pfs-udp,tcp-vegas")).isEqualTo(ExitCode.USAGE.number());
        assertThat(PfsUdp.run("bench", "wan", "--only", "quic")).isEqualTo(ExitCode.USAGE.number());
        assertThat(PfsUdp.run("bench", "wan", "--rounds", "0")).isEqualTo(ExitCode.USAGE.number());
    }

    @Test
    void aSignalEndsItAndTheWire() throws Exception {
        Capability capability = NamespacePair.capability();
        assumeTrue(capability.available(), capability.cause());
        try (Programs programs = new Programs(folder)) {
            Programs.Program bench = programs.start("bench wan", "--only", "pfs-udp", "--rate", "20");
            String namespace = "pfs-udp-" + bench.process().pid() + "-";
            while (bench.process().isAlive() && !namespaces().contains(namespace)) {
                Thread.sleep(50);
            }

            bench.signal("TERM");

            assertThat(bench.exitCode()).isEqualTo(143);
            assertThat(namespaces()).doesNotContain(namespace);
        }
    }

    private static WanResult result(WanMeasurement... rounds) {
        return new WanResult("pfs-udp", 0.9, PLAN, CONDITIONS, List.of(rounds), null);
    }

    private static String namespaces() throws Exception {
        Process process = new ProcessBuilder("ip", "netns", "list").start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
