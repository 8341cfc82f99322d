/** AF_XDP: sockets whose rings and packet memory user space shares with the kernel. */
module io.packetfs.afxdp {
    requires transitive io.packetfs.linux;
    requires transitive io.packetfs.protocol;
    requires io.packetfs.blob;
    requires transitive io.packetfs.linuxio;

    exports io.packetfs.afxdp;
    exports io.packetfs.afxdp.frame;
    exports io.packetfs.afxdp.port;
}
