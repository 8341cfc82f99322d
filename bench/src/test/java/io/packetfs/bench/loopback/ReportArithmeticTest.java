package io.packetfs.bench.loopback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.packetfs.cli.CommandException;
import io.packetfs.cli.Signals;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportArithmeticTest {
    private static final long GIB = 1L << 30;

    @Test
    void theMedianIsTheMiddleOneOrHalfwayBetweenTwo() {
        assertThat(Spread.of(9, 1, 2)).isEqualTo(new Spread(2, 1, 9));
        assertThat(Spread.of(4, 1, 2, 9)).isEqualTo(new Spread(3, 1, 9));
        assertThat(Spread.of(7)).isEqualTo(new Spread(7, 7, 7));
    }

    @Test
    void roundsWithoutAFigureDoNotCount() {
        assertThat(Spread.of(Double.NaN, 3, Double.NaN, 5)).isEqualTo(new Spread(4, 3, 5));
        assertThat(Spread.of(Double.NaN).isKnown()).isFalse();
        assertThat(Spread.of().tree()).isNull();
    }

    @Test
    void processorTimeIsPerGibAndSummedOverBothSides() {
        Measurement measurement = measurement(2 * GIB, 3.0, 1.0);

        assertThat(measurement.bytesPerSecond()).isEqualTo(2 * GIB / 4.0);
        assertThat(measurement.senderCpuSecondsPerGib()).isEqualTo(1.5, within(1e-12));
        assertThat(measurement.receiverCpuSecondsPerGib()).isEqualTo(0.5, within(1e-12));
        assertThat(measurement.cpuSecondsPerGib()).isEqualTo(2.0, within(1e-12));
        assertThat(measurement.packetsPerSecond()).isEqualTo(250);
        assertThat(measurement.otherCores()).isEqualTo(0.5, within(1e-12));
    }

    @Test
    void aResultIsTheMediansOfItsRounds() {
        LoopbackResult result = new LoopbackResult(new Named());
        result.add(measurement(1 * GIB, 1.0, 1.0));
        result.add(measurement(4 * GIB, 1.0, 3.0));
        result.add(measurement(2 * GIB, 4.0, 4.0));

        assertThat(result.gigabytesPerSecond().median()).isEqualTo(2 * GIB / 4.0 / 1e9, within(1e-12));
        // 2, 1 and 4 seconds for a GiB
        assertThat(result.cpuSecondsPerGib()).isEqualTo(new Spread(2, 1, 4));
        assertThat(result.gigabytesPerCpuSecond()).isEqualTo(GIB / 2e9, within(1e-12));
        assertThat(result.lossRatio().median()).isEqualTo(10 / 1_010.0, within(1e-12));
    }

    @Test
    void whatNobodyCountsIsNull() {
        LoopbackResult result = new LoopbackResult(new Named());
        result.add(new Measurement(
                1, GIB, Tally.UNKNOWN, Tally.UNKNOWN, 1, 1, Double.NaN, 5, 6, Tally.UNKNOWN, List.of()));

        assertThat(result.tree())
                .containsEntry("packets_per_s", null)
                .containsEntry("loss_ratio", null)
                .containsEntry("other_cores", null)
                .containsEntry("in_flight_max_bytes", null)
                .containsEntry("sender_rss_max_bytes", Map.of("median", 5.0, "min", 5.0, "max", 5.0));
        assertThat(LoopbackTable.lines(List.of(result)).getLast())
                .contains("named")
                .contains("-");
    }

    @Test
    void aContenderThatFailedInEveryRoundIsShownWithTheReason() {
        LoopbackResult result = new LoopbackResult(new Named());
        result.fail("the sender <left>");

        assertThat(LoopbackTable.lines(List.of(result)).getLast()).contains("failed: the sender <left>");
        assertThat(result.tree()).containsEntry("cpu_s_per_gib", null).containsEntry("errors", result.errors());
        assertThat(LoopbackPage.html(new LoopbackPlan(1, 0, 1, 0), List.of(result), Map.of()))
                .contains("failed: the sender &lt;left&gt;");
    }

    @Test
    void theSteadyPartLastsItsTimeAndItsBytesButNotForEver() {
        LoopbackPlan plan = new LoopbackPlan(1, 2, 4, GIB);

        assertThat(plan.isOver(3.9, 2 * GIB)).isFalse();
        assertThat(plan.isOver(4.1, GIB - 1)).isFalse();
        assertThat(plan.isOver(4.1, GIB)).isTrue();
        assertThat(plan.isOver(40.1, 1)).isTrue();
    }

    private static Measurement measurement(long bytes, double senderCpuSeconds, double receiverCpuSeconds) {
        return new Measurement(
                4,
                bytes,
                1_000,
                10,
                senderCpuSeconds,
                receiverCpuSeconds,
                2.0,
                1 << 20,
                2 << 20,
                Tally.UNKNOWN,
                List.of());
    }

    private static final class Named implements Contender {
        @Override
        public String name() {
            return "named";
        }

        @Override
        public String what() {
            return "nothing";
        }

        @Override
        public String unavailabilityCause() {
            return null;
        }

        @Override
        public Measurement measure(LoopbackPlan plan, Signals signals) throws CommandException {
            throw new AssertionError("it is only named here");
        }
    }
}
