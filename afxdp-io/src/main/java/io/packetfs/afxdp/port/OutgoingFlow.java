package io.packetfs.afxdp.port;

import io.packetfs.afxdp.frame.Flow;
import io.packetfs.afxdp.frame.UdpFrameTemplate;

/** What {@link FlowTable} knows of the way to one destination, for a while. */
final class OutgoingFlow {
    private Flow flow;
    private UdpFrameTemplate template;
    private int packetBytesMax;
    private boolean unconfirmed;
    private long freshUntilNs;

    /** Whether what is known was looked up long ago. */
    boolean isStale(long nowNs) {
        return nowNs - freshUntilNs >= 0;
    }

    /** Whether the rings lead there. */
    boolean isByRings() {
        return template != null;
    }

    /** Whether the next train shall go by the kernel's socket, so that the kernel confirms the neighbour. Once for each answer true. */
    boolean takeUnconfirmed() {
        boolean was = unconfirmed;
        unconfirmed = false;
        return was;
    }

    UdpFrameTemplate template() {
        return template;
    }

    /** The most bytes of payload that the path carries in one datagram. */
    int payloadBytesMax() {
        int linkBytes = template.headerBytes() - FlowTable.ETHERNET_BYTES;
        return Math.min(packetBytesMax - linkBytes, UdpFrameTemplate.PAYLOAD_BYTES_MAX);
    }

    /** The rings lead there; a template that fits stays, since it counts the packets. */
    void byRings(Flow newFlow, int newPacketBytesMax, boolean newUnconfirmed, long untilNs) {
        if (template == null || !newFlow.equals(flow)) {
            flow = newFlow;
            template = new UdpFrameTemplate(newFlow);
        }
        packetBytesMax = newPacketBytesMax;
        unconfirmed = newUnconfirmed;
        freshUntilNs = untilNs;
    }

    /** The rings do not lead there, or nobody knows yet. */
    void byKernel(long untilNs) {
        flow = null;
        template = null;
        unconfirmed = false;
        freshUntilNs = untilNs;
    }
}
