package io.packetfs.protocol.trace;

/** What is counted on a connection and told as it grows. The name is the event's in qlog. */
public enum TraceCounter {
    PACKETS_LOST("pfs:packets_lost"),
    /** Of the packets declared lost, those that arrived after all. */
    PACKETS_SPURIOUS("pfs:packets_spurious"),
    /** Responses to loss that were taken back. */
    LOSSES_UNDONE("pfs:losses_undone"),
    PROBE_TIMEOUTS("recovery:loss_timer_updated"),
    PERSISTENT_CONGESTIONS("pfs:persistent_congestion"),
    /** Packets sent that the peer reports as marked by the path, as far as that is believed. */
    CONGESTION_MARKS("pfs:congestion_marks"),
    /** Marks are not believed any more: 0 or 1. */
    ECN_OFF("pfs:ecn_off"),
    /** Packets received with a congestion mark. */
    MARKS_RECEIVED("pfs:marks_received"),
    MTU_PROBES_LOST("pfs:mtu_probes_lost"),
    /** The path has stopped carrying large datagrams. */
    MTU_BLACK_HOLES("pfs:mtu_black_holes"),
    /** Sending came to a stop for want of credit. */
    CREDIT_BLOCKED("pfs:credit_blocked"),
    PATH_TRIALS("pfs:path_trials"),
    PATH_CHANGES("pfs:path_changes"),
    PATH_FAILURES("pfs:path_failures"),
    PATH_REFUSALS("pfs:path_refusals"),
    PATH_RETURNS("pfs:path_returns"),
    PACKETS_DUPLICATE("pfs:packets_duplicate"),
    PACKETS_DISCARDED("pfs:packets_discarded");

    private final String eventName;

    TraceCounter(String eventName) {
        this.eventName = eventName;
    }

    public String eventName() {
        return eventName;
    }
}
