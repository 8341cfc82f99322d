/** An impairment proxy that speaks Toxiproxy's API. */
module io.packetfs.proxy {
    requires com.fasterxml.jackson.jr.ob;
    requires io.netty.buffer;
    requires io.netty.common;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.packetfs.sim;
    requires jdk.httpserver;

    exports io.packetfs.proxy;
}
