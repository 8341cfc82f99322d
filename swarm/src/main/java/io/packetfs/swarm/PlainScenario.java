package io.packetfs.swarm;

import io.packetfs.sim.LinkSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The plain scenario: one blob from one side to the other, in placed grams, over the same link both ways. */
public final class PlainScenario {
    private static final int GRAM_BYTES = 1 << 20;
    private static final int LANE = 1;

    private PlainScenario() {}

    /**
     * Makes it.
     *
     * @param bytes how much to move, 1 to {@link Work#BYTES_MAX}
     * @throws IllegalArgumentException if that is out of range
     */
    public static Scenario of(long seed, LinkSettings link, long bytes, Congestion congestion, Protection protection) {
        Scenario.check("bytes", bytes, 1, Work.BYTES_MAX);
        List<Batch> batches = new ArrayList<>();
        int whole = (int) (bytes / GRAM_BYTES);
        int rest = (int) (bytes % GRAM_BYTES);
        if (whole > 0) {
            batches.add(placed(whole, GRAM_BYTES));
        }
        if (rest > 0) {
            batches.add(placed(1, rest));
        }
        EndSettings settings = EndSettings.defaults(congestion);
        return new Scenario(
                seed,
                LinkCourse.steady(link),
                LinkCourse.steady(link),
                settings,
                settings,
                protection,
                List.of(),
                Optional.empty(),
                new Work.Grams(List.of(new Dialogue(batches, List.of(), Optional.empty()))),
                Scenario.STALL_NS_MAX);
    }

    private static Batch placed(int count, int bytes) {
        return new Batch(Side.CLIENT, Batch.Kind.PLACED, LANE, count, bytes, bytes, 0, 0, true, 0);
    }
}
