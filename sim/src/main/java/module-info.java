/** A deterministic network in virtual time, and real-time impairment. */
module io.packetfs.sim {
    requires transitive io.packetfs.linux;
    requires transitive io.packetfs.protocol;

    exports io.packetfs.sim;
}
