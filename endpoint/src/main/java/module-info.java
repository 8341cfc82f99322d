/** The sans-IO engine. */
module io.packetfs.endpoint {
    requires transitive io.packetfs.repair;
    requires transitive io.packetfs.ackwindow;
    requires transitive io.packetfs.blob;
    requires transitive io.packetfs.protocol;
    requires transitive org.agrona;
    requires org.jctools.core;
    requires org.jctools.core.jdk11;

    exports io.packetfs.endpoint;
    exports io.packetfs.endpoint.agent;
}
