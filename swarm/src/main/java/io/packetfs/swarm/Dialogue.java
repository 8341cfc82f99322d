package io.packetfs.swarm;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What two applications do on one connection.
 *
 * @param batches what they send, at most {@link Scenario#LIST_MAX}
 * @param stalls when one of them reads nothing, at most {@link Scenario#LIST_MAX}
 * @param close an end before everything is through; otherwise the client ends it when everything is
 */
public record Dialogue(List<Batch> batches, List<Stall> stalls, Optional<Close> close) {
    /**
     * An application that takes what is delivered but does not give the credit back.
     *
     * @param side whose application it is
     * @param atNs when it begins, nanoseconds of virtual time
     * @param forNs how long it lasts
     */
    public record Stall(Side side, long atNs, long forNs) {
        public Stall {
            Scenario.check("at_ms", atNs, 0, Scenario.TIME_NS_MAX);
            Scenario.check("for_ms", forNs, 1, Scenario.TIME_NS_MAX);
        }
    }

    /**
     * One side ends the connection, whatever is under way.
     *
     * @param atNs when, nanoseconds of virtual time
     */
    public record Close(Side side, long atNs) {
        public Close {
            Scenario.check("at_ms", atNs, 0, Scenario.TIME_NS_MAX);
        }
    }

    public Dialogue {
        batches = List.copyOf(batches);
        stalls = List.copyOf(stalls);
        Scenario.check("grams", batches.size(), 0, Scenario.LIST_MAX);
        Scenario.check("stalls", stalls.size(), 0, Scenario.LIST_MAX);
        requireLanesOfOneKind(batches);
    }

    private static void requireLanesOfOneKind(List<Batch> batches) {
        Map<Side, Map<Integer, Batch.Kind>> kinds = new EnumMap<>(Side.class);
        for (Batch batch : batches) {
            Batch.Kind kind = kinds.computeIfAbsent(batch.from(), side -> new HashMap<>())
                    .putIfAbsent(batch.lane(), batch.kind());
            if (kind != null && kind != batch.kind()) {
                throw new IllegalArgumentException("lane " + batch.lane() + " carries grams of two kinds");
            }
        }
    }
}
