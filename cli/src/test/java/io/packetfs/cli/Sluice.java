package io.packetfs.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;

/**
 * A TCP connection to a target on loopback, through which only so many bytes go up until it is opened: what a test does in the middle of a
 * transfer is then done in the middle, however fast the transfer is and however late the test.
 */
final class Sluice implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;

    private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final CountDownLatch opened = new CountDownLatch(1);
    private final InetSocketAddress target;
    private final long bytesMax;

    Sluice(InetSocketAddress target, long bytesMax) throws IOException {
        this.target = target;
        this.bytesMax = bytesMax;
        Thread.ofVirtual().start(this::carry);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    /** What is left goes through, and the end of either side reaches the other. */
    void open() {
        opened.countDown();
    }

    @Override
    public void close() throws IOException {
        open();
        listener.close();
    }

    private void carry() {
        try (Socket client = listener.accept();
                Socket server = new Socket(target.getAddress(), target.getPort())) {
            Thread down = Thread.ofVirtual().start(() -> copy(server, client, Long.MAX_VALUE));
            copy(client, server, bytesMax);
            down.join();
        } catch (IOException e) {
            // The test is over, or asserts that something arrives.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Until one of the two ends, which ends both. */
    private void copy(Socket from, Socket to, long bytesMax) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            long copied = 0;
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                copied += count;
                if (copied > bytesMax) {
                    opened.await();
                }
                out.write(buffer, 0, count);
            }
        } catch (IOException e) {
            // One of the two ended first.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
