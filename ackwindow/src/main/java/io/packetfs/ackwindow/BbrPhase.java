package io.packetfs.ackwindow;

/** The phases of {@link Bbr} and what they do to rate and window; the table of draft-ietf-ccwg-bbr, section 5.6.1. */
enum BbrPhase {
    /** Doubles the rate every round trip until the path gives no more. */
    STARTUP("startup", 2.77, 2.0),

    /** Lets the queue that start-up built run empty. */
    DRAIN("drain", 0.5, 2.0),

    /** Sends less than the path delivers, so that queues empty and others find room. */
    DOWN("probe_bw_down", 0.9, 2.0),

    /** Sends what the path delivers. */
    CRUISE("probe_bw_cruise", 1.0, 2.0),

    /** Fills the pipe for one round trip before it is probed. */
    REFILL("probe_bw_refill", 1.0, 2.0),

    /** Sends more than the path was seen to deliver, to see whether it delivers more. */
    UP("probe_bw_up", 1.25, 2.25),

    /** Keeps so little in flight that the round trip shows no queue. */
    PROBE_RTT("probe_rtt", 1.0, 0.5);

    /** Its name in logs: the draft's, in lower case. */
    final String label;

    final double pacingGain;
    final double windowGain;

    BbrPhase(String label, double pacingGain, double windowGain) {
        this.label = label;
        this.pacingGain = pacingGain;
        this.windowGain = windowGain;
    }

    /** Whether the phase belongs to the cycle in which a connection spends nearly all of its time. */
    boolean isInCycle() {
        return this == DOWN || this == CRUISE || this == REFILL || this == UP;
    }

    /** Whether the phase asks the path for more than it has proven; losses then do not lower the short-term bounds. */
    boolean isAccelerating() {
        return this == STARTUP || this == REFILL || this == UP;
    }

    /** Whether {@code next} may follow. */
    boolean leadsTo(BbrPhase next) {
        return switch (this) {
            case STARTUP -> next == DRAIN || next == PROBE_RTT;
            case DRAIN -> next == DOWN || next == STARTUP || next == PROBE_RTT;
            case DOWN -> next == CRUISE || next == REFILL || next == STARTUP || next == PROBE_RTT;
            case CRUISE, REFILL -> next != DRAIN && next != this;
            case UP -> next == DOWN || next == STARTUP || next == PROBE_RTT;
            case PROBE_RTT -> next == DOWN || next == STARTUP;
        };
    }
}
