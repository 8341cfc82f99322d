package io.packetfs.bench.latency;

/** Who carries the records. All by the same program, sealed, in the same grams. */
enum LatencyContender {
    PFS_UDP("pfs-udp", "datagrams, an unordered lane", Carrier.UDP, false, null),
    PFS_UDP_ORDERED("pfs-udp-ordered", "datagrams, an ordered lane", Carrier.UDP, true, null),
    PFS_TCP("pfs-tcp", "a TCP stream under BBR, an unordered lane", Carrier.TCP, false, "bbr");

    /** What moves the grams. */
    enum Carrier {
        UDP,
        TCP
    }

    private final String label;
    private final String what;
    private final Carrier carrier;
    private final boolean ordered;
    private final String kernelCongestion;

    /**
     * @param kernelCongestion what the kernel's TCP is told to use; null if it has no part
     */
    LatencyContender(String label, String what, Carrier carrier, boolean ordered, String kernelCongestion) {
        this.label = label;
        this.what = what;
        this.carrier = carrier;
        this.ordered = ordered;
        this.kernelCongestion = kernelCongestion;
    }

    String label() {
        return label;
    }

    String what() {
        return what;
    }

    Carrier carrier() {
        return carrier;
    }

    boolean isOrdered() {
        return ordered;
    }

    String kernelCongestion() {
        return kernelCongestion;
    }

    /** Null if there is none of this name. */
    static LatencyContender named(String label) {
        for (LatencyContender contender : values()) {
            if (contender.label.equals(label)) {
                return contender;
            }
        }
        return null;
    }
}
