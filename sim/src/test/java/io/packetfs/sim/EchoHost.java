package io.packetfs.sim;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/**
 * What runs on a host of a {@link NamespacePair} in tests, in a JVM of its own. With one argument, an address: sends every datagram that
 * comes there back. With two, its own address and the other host's: obeys the lines of standard input, each {@code COUNT BYTES
 * TRAFFIC_CLASS QUIET_MS}, by sending so many datagrams at once and printing the count of answers that came before it was quiet for so
 * long, the time to the first and the time to the last in nanoseconds. Both end with standard input.
 */
final class EchoHost {
    private static final int PORT = 7;
    private static final int BUFFER_BYTES = 4 << 20;
    private static final int BYTES_MAX = 65_507;

    private EchoHost() {}

    public static void main(String[] arguments) throws IOException {
        InetAddress own = InetAddress.getByName(arguments[0]);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        if (arguments.length == 1) {
            DatagramSocket socket = socket(own, PORT);
            Thread.ofPlatform().daemon().start(() -> echo(socket));
            System.out.println("ready");
            in.readLine();
        } else {
            System.out.println("ready");
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                ask(own, new InetSocketAddress(InetAddress.getByName(arguments[1]), PORT), line.split(" ", -1));
            }
        }
    }

    /** With room for every burst of a test, so that nothing is lost but on the link. */
    private static DatagramSocket socket(InetAddress own, int port) throws IOException {
        DatagramSocket socket = new DatagramSocket(new InetSocketAddress(own, port));
        socket.setReceiveBufferSize(BUFFER_BYTES);
        return socket;
    }

    private static void echo(DatagramSocket socket) {
        DatagramPacket packet = new DatagramPacket(new byte[BYTES_MAX], BYTES_MAX);
        try {
            while (true) {
                packet.setLength(BYTES_MAX);
                socket.receive(packet);
                socket.send(packet);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void ask(InetAddress own, InetSocketAddress target, String[] order) throws IOException {
        int count = Integer.parseInt(order[0]);
        byte[] question = new byte[Integer.parseInt(order[1])];
        try (DatagramSocket socket = socket(own, 0)) {
            socket.setTrafficClass(Integer.parseInt(order[2]));
            socket.setSoTimeout(Integer.parseInt(order[3]));
            long startNs = System.nanoTime();
            for (int i = 0; i < count; i++) {
                socket.send(new DatagramPacket(question, question.length, target));
            }
            DatagramPacket answer = new DatagramPacket(new byte[BYTES_MAX], BYTES_MAX);
            int answerCount = 0;
            long firstNs = 0;
            long lastNs = 0;
            try {
                while (true) {
                    socket.receive(answer);
                    lastNs = System.nanoTime() - startNs;
                    firstNs = answerCount == 0 ? lastNs : firstNs;
                    answerCount++;
                }
            } catch (SocketTimeoutException e) {
                System.out.println(answerCount + " " + firstNs + " " + lastNs);
            }
        }
    }
}
