/** Datagrams by raw Linux calls. */
module io.packetfs.linuxio {
    requires transitive io.packetfs.protocol;
    requires io.packetfs.linux;

    exports io.packetfs.linuxio;
}
