package io.packetfs.records.example;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.packetfs.nettyio.NettyUdpPort;
import io.packetfs.nettyio.NettyUdpPortConfig;
import io.packetfs.records.GramConnection;
import io.packetfs.records.GramEndpoint;
import io.packetfs.records.GramException;
import io.packetfs.records.GramLane;
import io.packetfs.records.GramListener;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A server that echoes, and a client; the example of docs/records.md. */
public final class RecordsExample {
    private static final int RECORDS = 3;

    private RecordsExample() {}

    public static void main(String[] args) throws Exception {
        run(System.out);
    }

    static void run(PrintStream out) throws Exception {
        try (GramEndpoint server = open();
                GramListener listener = server.listen();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> serving = threads.submit(() -> serve(listener));
            exchange(listener.ticket(), out);
            serving.get();
        }
    }

    private static GramEndpoint open() {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return GramEndpoint.over(NettyUdpPort.open(NettyUdpPortConfig.on(anyPort)));
    }

    /** Takes one connection and sends back what comes, until the other side closes. */
    private static Void serve(GramListener listener) throws InterruptedException, GramException {
        try (GramConnection connection = listener.accept()) {
            GramLane lane = connection.orderedLane(1);
            for (byte[] record = lane.receive(); record != null; record = lane.receive()) {
                lane.offer(record);
            }
        }
        return null;
    }

    /** Connects with the ticket, which came here by some other way, and sends and receives some records. */
    private static void exchange(String ticket, PrintStream out) throws InterruptedException, GramException {
        try (GramEndpoint client = open();
                GramConnection connection = client.connect(ticket)) {
            GramLane lane = connection.orderedLane(1);
            for (int i = 1; i <= RECORDS; i++) {
                lane.offer(("record " + i).getBytes(UTF_8));
            }
            for (int i = 1; i <= RECORDS; i++) {
                out.println(new String(lane.receive(), UTF_8));
            }
        }
    }
}
