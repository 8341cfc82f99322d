/** The pfs-udp command. */
module io.packetfs.cli {
    requires io.packetfs.transfer;
    requires io.packetfs.swarm;
    requires io.packetfs.endpoint;
    requires io.packetfs.nettyio;
    requires io.packetfs.linuxio;
    requires io.packetfs.afxdp;
    requires io.packetfs.sim;
    requires io.packetfs.proxy;
    requires io.packetfs.linux;
    requires io.packetfs.blob;
    requires io.packetfs.pcpu;
    requires com.fasterxml.jackson.jr.ob;
    requires transitive info.picocli;
    requires HdrHistogram;
    requires java.management;

    exports io.packetfs.cli;

    uses io.packetfs.cli.ReportCommand;

    opens io.packetfs.cli to
            info.picocli;
}
