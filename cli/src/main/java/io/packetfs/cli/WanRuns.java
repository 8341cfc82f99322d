package io.packetfs.cli;

import io.packetfs.sim.NamespacePair;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** One contender under the same conditions again and again, each time over a new wire with other dice. */
final class WanRuns {
    private final WanContender contender;
    private final WanPlan plan;
    private final WanPlan.Conditions conditions;
    private final List<WanMeasurement> rounds = new ArrayList<>();
    private String error;

    WanRuns(WanContender contender, WanPlan plan, WanPlan.Conditions conditions) {
        this.contender = contender;
        this.plan = plan;
        this.conditions = conditions;
    }

    /**
     * Runs once more, unless it has failed.
     *
     * @throws CommandException if a signal came
     */
    void run(Signals signals) throws CommandException {
        if (error != null) {
            return;
        }
        try (NamespacePair hosts = NamespacePair.open(
                plan.settings(conditions), plan.seed() + rounds.size(), NamespacePair.MTU_BYTES_DEFAULT)) {
            rounds.add(contender.measure(hosts, plan, signals));
        } catch (UncheckedIOException e) {
            error = e.getMessage();
        } catch (CommandException e) {
            if (signals.received() != 0) {
                throw e;
            }
            error = e.getMessage();
        }
    }

    WanResult result() {
        List<WanMeasurement> known = error == null ? List.copyOf(rounds) : List.of();
        return new WanResult(contender.name(), contender.payloadShare(), plan, conditions, known, error);
    }
}
