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
    requires io.packetfs.afxdp;
    requires io.packetfs.sim;
    requires io.packetfs.records;
    requires io.packetfs.transfer;
    requires io.packetfs.cli;
    requires io.aeron.client;
    requires io.aeron.driver;
    requires io.netty.buffer;
    requires io.netty.codec.classes.quic;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.unix.common;
    requires info.picocli;
    requires jmh.core;
    requires HdrHistogram;
    requires org.agrona;

    provides io.packetfs.cli.ReportCommand with
            io.packetfs.bench.afxdp.AfXdpBenchCommand,
            io.packetfs.bench.delta.DeltaCommand,
            io.packetfs.bench.loopback.LoopbackCommand,
            io.packetfs.bench.latency.LatencyCommand;

    opens io.packetfs.bench.afxdp to
            info.picocli;
    opens io.packetfs.bench.delta to
            info.picocli;
    opens io.packetfs.bench.latency to
            info.picocli;
    opens io.packetfs.bench.loopback to
            info.picocli;
}
