package io.packetfs.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import eu.rekawek.toxiproxy.Proxy;
import eu.rekawek.toxiproxy.ToxiproxyClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A proxy process in this one, a client of its API, and a server that echoes, all on loopback. */
final class ProxyFixture implements AutoCloseable {
    static final int READ_TIMEOUT_MS = 20_000;

    final ImpairmentProxy owner;
    final ControlApi api;
    final ToxiproxyClient client;
    final ServerSocket echo;

    private final Set<Socket> echoing = ConcurrentHashMap.newKeySet();
    private final AtomicInteger names = new AtomicInteger();

    ProxyFixture(ProxyLimits limits, long seed) throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        owner = ImpairmentProxy.start(limits, seed);
        api = ControlApi.start(owner, new InetSocketAddress(loopback, 0), "test");
        client = new ToxiproxyClient("127.0.0.1", api.address().getPort());
        echo = new ServerSocket(0, 1024, loopback);
        Thread.ofVirtual().start(this::accept);
    }

    static ProxyFixture start() throws IOException {
        return new ProxyFixture(ProxyLimits.DEFAULT, 1);
    }

    /** A new proxy to the echo server. */
    Proxy echoProxy() throws IOException {
        return client.createProxy("echo-" + names.incrementAndGet(), "127.0.0.1:0", echoAddress());
    }

    String echoAddress() {
        return "127.0.0.1:" + echo.getLocalPort();
    }

    int echoingCount() {
        return echoing.size();
    }

    static Socket connect(Proxy proxy) throws IOException {
        return connect(portOf(proxy));
    }

    static Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(READ_TIMEOUT_MS);
        return socket;
    }

    static int portOf(Proxy proxy) {
        return Integer.parseInt(proxy.getListen().substring(proxy.getListen().lastIndexOf(':') + 1));
    }

    /** Sends a byte and waits until it is back; how long that took, ms. */
    static double roundTripMs(Socket socket) throws IOException {
        long startNs = System.nanoTime();
        socket.getOutputStream().write(42);
        assertThat(socket.getInputStream().read()).isEqualTo(42);
        return (System.nanoTime() - startNs) / 1e6;
    }

    @Override
    public void close() throws IOException {
        api.close();
        owner.close();
        echo.close();
        for (Socket socket : echoing) {
            socket.close();
        }
        assertThat(owner.connectionCount()).isZero();
        assertThat(owner.bytesHeld()).isZero();
    }

    private void accept() {
        while (!echo.isClosed()) {
            try {
                Socket socket = echo.accept();
                socket.setTcpNoDelay(true);
                echoing.add(socket);
                Thread.ofVirtual().start(() -> echo(socket));
            } catch (SocketException e) {
                return;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void echo(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[1 << 16];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                socket.getOutputStream().write(buffer, 0, count);
            }
        } catch (IOException e) {
            // The proxy has closed or reset it, which is what most tests want.
        } finally {
            echoing.remove(socket);
        }
    }
}
