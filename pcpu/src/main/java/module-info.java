/** Small programs over descriptor schedules. */
module io.packetfs.pcpu {
    requires transitive io.packetfs.blob;
    requires io.packetfs.linux;
    requires io.packetfs.protocol;
    requires org.jctools.core;
    requires org.jctools.core.jdk11;

    exports io.packetfs.pcpu;
}
