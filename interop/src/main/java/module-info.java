/** Conformance and whole-protocol tests. */
module io.packetfs.interop {
    requires io.packetfs.protocol;
    requires io.packetfs.linux;
    requires io.packetfs.blob;
    requires io.packetfs.ackwindow;
    requires io.packetfs.repair;
    requires io.packetfs.endpoint;
    requires io.packetfs.nettyio;
    requires io.packetfs.linuxio;
    requires io.packetfs.afxdp;
    requires io.packetfs.sim;
    requires io.packetfs.transfer;
    requires io.packetfs.swarm;
    requires io.packetfs.cli;
}
