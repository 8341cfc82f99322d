/** Whole runs of the protocol in virtual time, by seed. */
module io.packetfs.swarm {
    requires transitive io.packetfs.endpoint;
    requires transitive io.packetfs.sim;
    requires transitive io.packetfs.transfer;
    requires com.fasterxml.jackson.jr.ob;

    exports io.packetfs.swarm;
}
