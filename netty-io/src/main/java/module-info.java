/** Datagrams over Netty. */
module io.packetfs.nettyio {
    requires transitive io.packetfs.protocol;
    requires io.netty.buffer;
    requires io.netty.common;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.unix.common;
    requires jdk.net;

    exports io.packetfs.nettyio;
}
