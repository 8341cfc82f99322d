package io.packetfs.sim;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Counts datagrams and their bytes for one direction of a link, by event. Written by the thread that drives the link; any thread may
 * read, and sees each count whole, if perhaps a moment late.
 */
public final class LinkCounters {
    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);
    private static final LinkEvent[] EVENTS = LinkEvent.values();

    private final long[] datagrams = new long[EVENTS.length];
    private final long[] bytes = new long[EVENTS.length];

    LinkCounters() {}

    /** Count of datagrams that met {@code event}. */
    public long datagrams(LinkEvent event) {
        return (long) ELEMENT.getOpaque(datagrams, event.number());
    }

    /** UDP payload bytes of the datagrams that met {@code event}; bytes of whole IP packets on a {@link TunLink}. */
    public long bytes(LinkEvent event) {
        return (long) ELEMENT.getOpaque(bytes, event.number());
    }

    /** Count of datagrams that did not come through the link, for any reason. */
    public long droppedOnLink() {
        long sum = 0;
        for (LinkEvent event : EVENTS) {
            if (event.isDroppedOnLink()) {
                sum += datagrams(event);
            }
        }
        return sum;
    }

    void count(LinkEvent event, int length) {
        int i = event.number();
        // Opaque is enough: there is one writer, and readers want each number untorn, not an order among them.
        ELEMENT.setOpaque(datagrams, i, datagrams[i] + 1);
        ELEMENT.setOpaque(bytes, i, bytes[i] + length);
    }

    /** The counts that are not zero, for failure messages: {@code SENT=10 LOST=1 PASSED=9 DELIVERED=9}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (LinkEvent event : EVENTS) {
            if (datagrams(event) != 0) {
                text.append(text.isEmpty() ? "" : " ").append(event).append('=').append(datagrams(event));
            }
        }
        return text.toString();
    }
}
