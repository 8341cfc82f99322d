/** Benchmarks and comparisons. */
module io.packetfs.bench {
    requires io.packetfs.protocol;
    requires io.packetfs.linux;
    requires io.packetfs.blob;
    requires io.packetfs.ackwindow;
    requires io.packetfs.repair;
    requires io.packetfs.endpoint;
    requires io.packetfs.nettyio;
    requires io.packetfs.linuxio;
    requires io.packetfs.sim;
    requires io.packetfs.transfer;
    requires io.packetfs.cli;
    requires io.netty.buffer;
    requires io.netty.common;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.unix.common;
    requires jdk.management;
    requires java.management;
    requires jmh.core;
    requires HdrHistogram;
}
