package io.packetfs.sim;

/**
 * What can happen to a datagram on a link. Two laws hold at every moment and are worth asserting:
 *
 * <ul>
 *   <li>{@code SENT} = {@code PASSED} + all events with {@link #isDroppedOnLink()};
 *   <li>{@code PASSED} + {@code DUPLICATED} = {@code DELIVERED} + {@code UNREACHABLE} + {@code OVERRUN} + what is under way.
 * </ul>
 */
public enum LinkEvent {
    /** Came to the near end of the link. */
    SENT(0),
    /** Taken out by a {@link PacketFilter}. */
    FILTERED(1),
    /** Larger than the path carries. */
    TOO_LARGE(2),
    /** Sent while the link was dark. */
    DARKENED(3),
    /** Found the queue full. */
    QUEUE_DROPPED(4),
    /** Lost by the chance that each datagram has for itself. */
    LOST(5),
    /** Lost in the good or bad state of {@link LossBursts}. */
    LOST_IN_BURST(6),
    /** Will come to the far end. */
    PASSED(7),
    /** Held back for others to overtake. */
    REORDERED(8),
    /** Arrives once more. */
    DUPLICATED(9),
    /** Had bits inverted. */
    CORRUPTED(10),
    /** Cut short. */
    TRUNCATED(11),
    /** Marked CE. */
    MARKED(12),
    /** Had its ECN field cleared. */
    BLEACHED(13),
    /** Came to a port. */
    DELIVERED(14),
    /** Nobody was bound to its destination when it came, or the device there was down. */
    UNREACHABLE(15),
    /** Found no room in the memory of the receiver. */
    OVERRUN(16);

    private final int number;

    LinkEvent(int number) {
        this.number = number;
    }

    /** Whether this is one of the ends that a datagram finds on the link itself. */
    public boolean isDroppedOnLink() {
        return switch (this) {
            case FILTERED, TOO_LARGE, DARKENED, QUEUE_DROPPED, LOST, LOST_IN_BURST -> true;
            default -> false;
        };
    }

    /** Its place in counters and in the hash of the packet log: 0 and up without gaps, and never changed. */
    int number() {
        return number;
    }
}
