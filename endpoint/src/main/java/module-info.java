/** The sans-IO engine. */
module io.packetfs.endpoint {
    requires transitive io.packetfs.repair;
    requires transitive io.packetfs.ackwindow;
    requires transitive io.packetfs.blob;
    requires transitive io.packetfs.protocol;
    requires org.agrona;
    requires org.jctools.core.jdk11;
}
