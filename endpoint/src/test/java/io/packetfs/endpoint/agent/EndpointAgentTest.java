package io.packetfs.endpoint.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packetfs.ackwindow.Cubic;
import io.packetfs.endpoint.Connection;
import io.packetfs.endpoint.ConnectionListener;
import io.packetfs.endpoint.DeliveredGram;
import io.packetfs.endpoint.Endpoint;
import io.packetfs.endpoint.EndpointConfig;
import io.packetfs.endpoint.OutboundGram;
import io.packetfs.protocol.Ticket;
import io.packetfs.protocol.crypto.CipherSuite;
import io.packetfs.protocol.crypto.Entropy;
import io.packetfs.protocol.handshake.TicketSecrets;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class EndpointAgentTest {
    private static final long MS = 1_000_000;
    private static final int QUEUE_CAPACITY = 1_024;

    private static final ConnectionListener NOBODY = new ConnectionListener() {
        @Override
        public void onConnected(Connection connection) {}

        @Override
        public void onGramDelivered(Connection connection, DeliveredGram gram) {}

        @Override
        public void onGramAcknowledged(Connection connection, OutboundGram gram) {}

        @Override
        public void onWritable(Connection connection) {}

        @Override
        public void onClosed(Connection connection, int reason, String message, boolean byPeer) {}
    };

    private final Entropy entropy = new SplittableRandom(1)::nextBytes;
    private final Endpoint endpoint = new Endpoint(EndpointConfig.defaults(Cubic.supplier()), entropy);
    private final InetSocketAddress nowhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);
    private long nowNs;

    @Test
    @Timeout(60)
    void workFromOtherThreadsRunsOnTheAgentsThreadInTheOrderOfEach() throws InterruptedException {
        EndpointAgent agent = agent(new WaitingPort(true));
        int posters = 4;
        int tasksEach = 5_000;
        List<List<Integer>> done = new ArrayList<>();
        CountDownLatch left = new CountDownLatch(posters * tasksEach);
        List<Thread> strangers = new ArrayList<>();
        Thread agentThread = Thread.ofPlatform().daemon().unstarted(() -> {
            while (left.getCount() > 0) {
                agent.doWork();
            }
        });
        for (int poster = 0; poster < posters; poster++) {
            List<Integer> mine = new ArrayList<>();
            done.add(mine);
            strangers.add(Thread.ofPlatform().daemon().start(() -> {
                for (int i = 0; i < tasksEach; i++) {
                    int number = i;
                    Runnable task = () -> {
                        mine.add(Thread.currentThread() == agentThread ? number : -1);
                        left.countDown();
                    };
                    while (!agent.execute(task)) {
                        Thread.onSpinWait();
                    }
                }
            }));
        }
        agentThread.start();
        left.await();
        agent.execute(() -> {}); // the agent may wait again before it sees that nothing is left
        agentThread.join();
        for (Thread stranger : strangers) {
            stranger.join();
        }
        List<Integer> inOrder = IntStream.range(0, tasksEach).boxed().toList();
        assertThat(done).allSatisfy(numbers -> assertThat(numbers).isEqualTo(inOrder));
    }

    @Test
    @Timeout(60)
    void aPostWakesAnAgentThatWaits() throws InterruptedException {
        EndpointAgent agent = agent(new WaitingPort(true));
        CountDownLatch ran = new CountDownLatch(3);
        Thread.ofPlatform().daemon().start(() -> {
            while (ran.getCount() > 0) {
                agent.doWork();
            }
        });
        for (int i = 0; i < 3; i++) {
            long before = ran.getCount();
            assertThat(agent.execute(ran::countDown)).isTrue();
            while (ran.getCount() == before) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
        }
        assertThat(ran.getCount()).isZero();
    }

    @Test
    void aFullQueueRefusesWorkUntilTheAgentHasDoneSome() {
        EndpointAgent agent = agent(new WaitingPort(false));
        List<Integer> done = new ArrayList<>();
        for (int i = 0; i < QUEUE_CAPACITY; i++) {
            int number = i;
            assertThat(agent.execute(() -> done.add(number))).isTrue();
        }
        assertThat(agent.execute(() -> done.add(-1))).isFalse();
        assertThat(agent.poll()).isEqualTo(QUEUE_CAPACITY);
        assertThat(done).hasSize(QUEUE_CAPACITY).doesNotContain(-1).isSorted();
        assertThat(agent.execute(() -> done.add(QUEUE_CAPACITY))).isTrue();
    }

    @Test
    void workThatPostsWorkDoesNotKeepTheCycleFromEnding() {
        EndpointAgent agent = agent(new WaitingPort(false));
        repost(agent);
        assertThat(agent.poll()).isLessThanOrEqualTo(QUEUE_CAPACITY);
    }

    private static void repost(EndpointAgent agent) {
        agent.execute(() -> repost(agent));
    }

    @Test
    void aTaskThatThrowsLeavesTheOthersForTheNextCycle() {
        EndpointAgent agent = agent(new WaitingPort(false));
        List<String> done = new ArrayList<>();
        agent.execute(() -> done.add("before"));
        agent.execute(() -> {
            throw new IllegalStateException("broken task");
        });
        agent.execute(() -> done.add("after"));
        assertThatThrownBy(agent::poll).hasMessage("broken task");
        agent.poll();
        assertThat(done).containsExactly("before", "after");
    }

    @Test
    void aTrainThatThePortRefusesIsOfferedAgain() {
        WaitingPort port = new WaitingPort(false);
        EndpointAgent agent = agent(port);
        connect();
        port.refuse(3);
        for (int i = 0; i < 3; i++) {
            agent.poll();
            assertThat(port.trainsTaken).isZero();
        }
        agent.poll();
        assertThat(port.trainsTaken).isEqualTo(1);
        agent.poll();
        assertThat(port.trainsTaken).isEqualTo(1);
    }

    @Test
    void anIdleAgentWaitsUntilItsDeadlineAndNoLonger() {
        WaitingPort port = new WaitingPort(false);
        EndpointAgent agent = agent(port);
        agent.doWork();
        assertThat(port.lastTimeoutNs).isEqualTo(100 * MS);
        connect();
        agent.doWork();
        nowNs = 240 * MS;
        agent.doWork();
        assertThat(port.lastTimeoutNs).isEqualTo(10 * MS); // the INITIAL is repeated after 250 ms
        nowNs = 250 * MS;
        assertThat(agent.doWork()).isPositive();
        assertThat(port.trainsTaken).isEqualTo(2);
    }

    @Test
    void aThreadThatIsHeldUpTakesNoDatagramForEarlierThanItCame() {
        WaitingPort port = new WaitingPort(false);
        List<Long> times = new ArrayList<>();
        EndpointAgent agent = new EndpointAgent(endpoint, port, () -> {
            times.add(nowNs);
            return nowNs;
        });
        port.arrive(() -> nowNs = 15 * MS);
        port.arrive(() -> nowNs = 40 * MS);

        agent.poll();

        // At the start, for each datagram, and for what is due and is sent.
        assertThat(times).containsExactly(0L, 15 * MS, 40 * MS, 40 * MS);
    }

    @Test
    void closingTheAgentClosesItsPort() {
        WaitingPort port = new WaitingPort(false);
        agent(port).onClose();
        assertThat(port.closed).isTrue();
    }

    private EndpointAgent agent(WaitingPort port) {
        return new EndpointAgent(endpoint, port, () -> nowNs);
    }

    private void connect() {
        Ticket ticket =
                TicketSecrets.generate(entropy, CipherSuite.AES_256_GCM, false).ticket(List.of(nowhere));
        endpoint.connect(nowNs, nowhere, ticket, NOBODY);
    }
}
