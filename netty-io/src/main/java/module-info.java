/** Datagrams over Netty. */
module io.packetfs.nettyio {
    requires transitive io.packetfs.protocol;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
}
