/** Datagrams by raw Linux calls. */
module io.packetfs.linuxio {
    requires transitive io.packetfs.protocol;
    requires transitive io.packetfs.linux;

    exports io.packetfs.linuxio;
}
