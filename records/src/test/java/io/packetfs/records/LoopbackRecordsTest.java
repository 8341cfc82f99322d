package io.packetfs.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packetfs.nettyio.NettyTcpPort;
import io.packetfs.nettyio.NettyTcpPortConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Endpoints with threads and sockets, and many virtual threads that use them. */
@Timeout(60)
@SuppressWarnings("FutureReturnValueIgnored") // what goes wrong in a thread is missed by what is awaited
class LoopbackRecordsTest {
    private static final GramConfig TIGHT =
            GramConfig.defaults().withRecordBytesMax(4_000).withBuffers(16_000, 64_000);

    @AfterEach
    void noThreadIsLeft() {
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("pfs-records") && thread.isAlive());
    }

    private static byte[] record(int bytes, int value) {
        return ByteBuffer.allocate(bytes).putInt(0, value).array();
    }

    private static int value(byte[] record) {
        return ByteBuffer.wrap(record).getInt();
    }

    @RepeatedTest(3)
    void manyVirtualThreadsSendAndReceiveOverSmallBuffers() throws Exception {
        int senders = 400;
        int recordsEach = 25;
        int receivers = 200;
        int lanes = 3;
        Queue<Integer> received = new ConcurrentLinkedQueue<>();
        try (LoopbackPair pair = new LoopbackPair(TIGHT);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < receivers; i++) {
                GramLane lane = pair.in.lane(i % lanes);
                threads.submit(() -> {
                    for (byte[] record = lane.receive(); record != null; record = lane.receive()) {
                        received.add(value(record));
                    }
                    return null;
                });
            }
            CountDownLatch sent = new CountDownLatch(senders);
            for (int i = 0; i < senders; i++) {
                int first = i * recordsEach;
                GramLane lane = pair.out.lane(i % lanes);
                threads.submit(() -> {
                    for (int j = 0; j < recordsEach; j++) {
                        lane.offer(record(4 + (first + j) % 3_000, first + j));
                    }
                    sent.countDown();
                    return null;
                });
            }
            sent.await();
            pair.out.close();
            threads.shutdown();
            assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        }

        assertThat(received).hasSize(senders * recordsEach).doesNotHaveDuplicates();
    }

    @Test
    void aSenderWaitsForASlowReader() throws Exception {
        int count = 300;
        try (LoopbackPair pair = new LoopbackPair(TIGHT)) {
            AtomicInteger offered = new AtomicInteger();
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < count; i++) {
                        pair.out.orderedLane(0).offer(record(1_000, i));
                        offered.incrementAndGet();
                    }
                } catch (InterruptedException | GramException e) {
                    throw new AssertionError(e);
                }
            });
            while (sender.getState() != Thread.State.WAITING || offered.get() < 60) {
                Thread.sleep(1);
            }

            assertThat(offered.get()).isLessThanOrEqualTo((16_000 + 64_000) / 1_000);
            for (int i = 0; i < count; i++) {
                assertThat(value(pair.in.lane(0).receive())).isEqualTo(i);
            }
            sender.join();
        }
    }

    @Test
    void aReaderMayWaitForALimitedTime() throws Exception {
        try (LoopbackPair pair = new LoopbackPair(TIGHT)) {
            GramLane lane = pair.in.lane(0);

            assertThatThrownBy(() -> lane.receive(Duration.ofMillis(20))).isInstanceOf(TimeoutException.class);
            pair.out.lane(0).offer(record(100, 7));
            assertThat(value(lane.receive(Duration.ofSeconds(30)))).isEqualTo(7);
        }
    }

    @Test
    void anInterruptedOfferHasTakenNothing() throws Exception {
        try (LoopbackPair pair = new LoopbackPair(TIGHT)) {
            GramLane lane = pair.out.orderedLane(0);
            int taken = 0;
            while (lane.offer(record(4_000, taken), Duration.ofMillis(300))) {
                taken++;
            }
            CompletableFuture<Throwable> thrown = new CompletableFuture<>();
            Thread waiting = Thread.ofVirtual().start(() -> {
                try {
                    lane.offer(record(4_000, -1));
                } catch (InterruptedException | GramException e) {
                    thrown.complete(e);
                }
            });
            while (waiting.getState() != Thread.State.WAITING) {
                Thread.sleep(1);
            }
            waiting.interrupt();

            assertThat(thrown.get(10, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
            for (int i = 0; i < taken; i++) {
                assertThat(value(pair.in.lane(0).receive())).isEqualTo(i);
            }
            lane.offer(record(4, 99));
            assertThat(value(pair.in.lane(0).receive())).isEqualTo(99);
        }
    }

    @RepeatedTest(8)
    void whatWasTakenBeforeACloseArrivesHoweverTheyRace() throws Exception {
        Set<Integer> taken = new ConcurrentSkipListSet<>();
        Set<Integer> received = new TreeSet<>();
        List<CompletableFuture<Void>> acknowledged = new ArrayList<>();
        try (LoopbackPair pair = new LoopbackPair(TIGHT);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Queue<CompletableFuture<Void>> futures = new ConcurrentLinkedQueue<>();
            for (int i = 0; i < 50; i++) {
                int first = i * 1_000_000;
                threads.submit(() -> {
                    for (int j = first; ; j++) {
                        futures.add(pair.out.lane(first % 2).send(record(100, j)));
                        taken.add(j);
                    }
                });
            }
            Thread reader = Thread.ofVirtual().start(() -> {
                try {
                    for (byte[] next = pair.in.lane(0).receive();
                            next != null;
                            next = pair.in.lane(0).receive()) {
                        received.add(value(next));
                    }
                } catch (InterruptedException | GramException e) {
                    throw new AssertionError(e);
                }
            });
            while (taken.size() < 500) {
                Thread.sleep(1);
            }
            pair.out.close();
            threads.shutdown();
            assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
            reader.join();
            acknowledged.addAll(futures);
        }

        assertThat(acknowledged).allMatch(future -> future.isDone() && !future.isCompletedExceptionally());
        assertThat(received).isEqualTo(taken);
    }

    @RepeatedTest(4)
    void everyReceiptIsAnsweredWhenAnEndpointIsClosedUnderItsUsers() throws Exception {
        Queue<CompletableFuture<Void>> receipts = new ConcurrentLinkedQueue<>();
        LoopbackPair pair = new LoopbackPair(
                TIGHT.withTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMillis(50)));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 50; i++) {
                threads.submit(() -> {
                    while (true) {
                        receipts.add(pair.out.lane(0).send(record(100, 0)));
                    }
                });
            }
            threads.submit(() -> pair.in.lane(9).receive());
            threads.submit(() -> pair.listener.accept());
            // more than the peer has room for: as nobody reads, not all can be acknowledged
            while (receipts.size() < 500) {
                Thread.sleep(1);
            }
            assertThatThrownBy(pair.client::close).isInstanceOf(GramException.class);
            pair.server.close();
            threads.shutdown();
            assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        }

        assertThat(receipts).allMatch(CompletableFuture::isDone);
    }

    @Test
    void waitingOnTheEndpointsThreadIsRefusedAndNotADeadlock() throws Exception {
        try (LoopbackPair pair = new LoopbackPair()) {
            CompletableFuture<Throwable> thrown = new CompletableFuture<>();
            pair.in.lane(0).onRecord(record -> {
                try {
                    pair.in.lane(1).receive();
                } catch (IllegalStateException | InterruptedException | GramException e) {
                    thrown.complete(e);
                }
            });
            pair.out.lane(0).offer(new byte[1]);

            assertThat(thrown.get(10, TimeUnit.SECONDS))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("receive waits, and was called on the endpoint's thread");
        }
    }

    @Test
    void aClosedEndpointTakesNothing() throws Exception {
        LoopbackPair pair = new LoopbackPair();
        String ticket = pair.listener.ticket();
        pair.close();

        assertThatThrownBy(() -> pair.client.connect(ticket)).isInstanceOf(GramException.class);
        assertThatThrownBy(pair.server::listen).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> pair.out.lane(0).offer(new byte[1])).isInstanceOf(GramException.class);
        assertThat(pair.listener.accept()).isNull();
        pair.close();
    }

    @Test
    void overAStreamItIsTheSame() throws Exception {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        int count = 500;
        try (GramEndpoint server = GramEndpoint.over(NettyTcpPort.open(NettyTcpPortConfig.on(anyPort)), TIGHT);
                GramEndpoint client = GramEndpoint.over(NettyTcpPort.open(NettyTcpPortConfig.on(anyPort)), TIGHT)) {
            GramListener listener = server.listen();
            Thread sender = Thread.ofVirtual().start(() -> {
                try (GramConnection connection = client.connect(listener.ticket())) {
                    for (int i = 0; i < count; i++) {
                        connection.orderedLane(0).offer(record(1_000, i));
                    }
                } catch (InterruptedException | GramException e) {
                    throw new AssertionError(e);
                }
            });
            GramLane in = listener.accept().lane(0);
            for (int i = 0; i < count; i++) {
                assertThat(value(in.receive())).isEqualTo(i);
            }
            assertThat(in.receive()).isNull();
            sender.join();
        }
    }

    @Test
    void manyConnectionsShareAnEndpoint() throws Exception {
        int count = 100;
        try (LoopbackPair pair = new LoopbackPair(GramConfig.defaults().withAcceptsMax(count));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            threads.submit(() -> {
                for (GramConnection next = pair.listener.accept(); next != null; next = pair.listener.accept()) {
                    GramConnection connection = next;
                    threads.submit(() -> {
                        connection.lane(0).offer(connection.lane(0).receive());
                        return null;
                    });
                }
                return null;
            });
            List<CompletableFuture<Integer>> echoes = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int number = i;
                CompletableFuture<Integer> echo = new CompletableFuture<>();
                echoes.add(echo);
                threads.submit(() -> {
                    try (GramConnection connection = pair.client.connect(pair.listener.ticket())) {
                        connection.lane(0).offer(record(4, number));
                        echo.complete(value(connection.lane(0).receive()));
                    } catch (InterruptedException | GramException e) {
                        echo.completeExceptionally(e);
                    }
                });
            }
            for (int i = 0; i < count; i++) {
                assertThat(echoes.get(i).get(30, TimeUnit.SECONDS)).isEqualTo(i);
            }
            pair.listener.close();
        }
    }
}
