package io.packetfs.swarm;

import io.packetfs.sim.LinkSettings;
import java.util.List;

/**
 * One direction of the path, from the start to the end of a scenario.
 *
 * @param start how it is at first
 * @param changes how it is from some moments on, at most {@link Scenario#LIST_MAX}
 */
public record LinkCourse(LinkSettings start, List<Change> changes) {
    /**
     * A step.
     *
     * @param atNs when, nanoseconds of virtual time
     * @param settings all that holds from then on
     */
    public record Change(long atNs, LinkSettings settings) {
        public Change {
            Scenario.check("at_ms", atNs, 0, Scenario.TIME_NS_MAX);
        }
    }

    public LinkCourse {
        changes = List.copyOf(changes);
        Scenario.check("changes", changes.size(), 0, Scenario.LIST_MAX);
    }

    /** The same all the time. */
    public static LinkCourse steady(LinkSettings settings) {
        return new LinkCourse(settings, List.of());
    }
}
