package io.packetfs.ackwindow;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.protocol.AckFrame;
import io.packetfs.protocol.AckRanges;
import io.packetfs.protocol.ReasonCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;

/** {@link SendWindow} against a model that looks at every packet every time. */
class SendWindowPropertiesTest implements PacketFate {
    private static final int BYTES = 1_200;

    /** What the model knows of a packet. */
    private static final class Sent {
        private final long sentNs;
        private final boolean isInFlight;
        private final int bytes;
        private boolean isLost;

        Sent(long sentNs, boolean isInFlight, int bytes) {
            this.sentNs = sentNs;
            this.isInFlight = isInFlight;
            this.bytes = bytes;
        }
    }

    private final TreeMap<Long, Sent> model = new TreeMap<>();
    private final Set<Long> ackedCalls = new HashSet<>();
    private final Set<Long> lostCalls = new HashSet<>();
    private final Set<Long> spuriousCalls = new HashSet<>();
    private final AckFrame ack = new AckFrame();
    private SendWindow window;
    private long largestAcked = -1;
    private long persistentCongestions;

    @Property(tries = 200)
    void knowsWhatIsInFlightAndWhatBecameOfIt(@ForAll long seed, @ForAll @DoubleRange(min = 0, max = 0.4) double loss) {
        start(seed);
        Random random = new Random(seed);
        TreeSet<Long> arrived = new TreeSet<>();
        List<Long> late = new ArrayList<>();
        long nowNs = 0;
        for (int step = 0; step < 600; step++) {
            nowNs += random.nextInt(2_000_000);
            int choice = random.nextInt(10);
            if (choice < 6) {
                int bytes = random.nextInt(8) > 0 ? BYTES : 1 + random.nextInt(BYTES);
                int count = Math.min(1 + random.nextInt(5), window.packetsInRow(bytes));
                long first = window.nextPacketNumber();
                send(nowNs, random.nextInt(8) > 0, count, bytes);
                for (long number = first; number < first + count; number++) {
                    (random.nextDouble() < loss ? late : arrived).add(number);
                }
            } else if (choice < 9 && !arrived.isEmpty()) {
                if (!late.isEmpty() && random.nextInt(6) == 0) {
                    arrived.add(late.remove(random.nextInt(late.size())));
                }
                acknowledge(nowNs, arrived, random);
            } else {
                window.onDeadline(nowNs, this);
                loseByTime(nowNs);
            }
            compare(seed, step);
        }
    }

    private void start(long seed) {
        model.clear();
        ackedCalls.clear();
        lostCalls.clear();
        spuriousCalls.clear();
        largestAcked = -1;
        persistentCongestions = 0;
        window = new SendWindow(BYTES, FixedRate.of(1_000_000_000L), new Random(seed), 0);
        window.onHandshakeRtt(20_000_000);
    }

    private void send(long nowNs, boolean isInFlight, int count, int bytes) {
        long first = window.nextPacketNumber();
        int flags = isInFlight ? SendWindow.ACK_ELICITING | SendWindow.IN_FLIGHT : 0;
        window.onPacketsSent(nowNs, first, count, bytes, flags);
        for (long number = first; number < first + count; number++) {
            model.put(number, new Sent(nowNs, isInFlight, bytes));
        }
    }

    /** Acknowledges some of the highest ranges of what arrived, and lets the model come to its own conclusions. */
    private void acknowledge(long nowNs, NavigableSet<Long> arrived, Random random) {
        ack.clear();
        int rangeCount = 1 + random.nextInt(8);
        Set<Long> named = new HashSet<>();
        long last = arrived.last();
        long first = last;
        for (long number : arrived.descendingSet().tailSet(last, false)) {
            if (number != first - 1) {
                addRange(first, last, named);
                if (ack.ranges().count() == rangeCount) {
                    last = -1;
                    break;
                }
                last = number;
            }
            first = number;
        }
        if (last >= 0) {
            addRange(first, last, named);
        }

        // What the window no longer remembers is no news to it.
        var forgotten = model.headMap(window.lowestRemembered());
        assertThat(forgotten.values()).allMatch(sent -> sent.isLost || !sent.isInFlight);
        forgotten.clear();
        assertThat(window.onAck(nowNs, ack, this)).isEqualTo(ReasonCode.NO_ERROR);

        boolean isNews = model.keySet().removeIf(number -> {
            boolean isNamed = named.contains(number);
            if (isNamed) {
                Sent sent = model.get(number);
                assertThat(sent.isLost ? spuriousCalls : ackedCalls).contains(number);
            }
            return isNamed;
        });
        if (isNews) {
            largestAcked = Math.max(largestAcked, ack.ranges().largest());
            loseByTime(nowNs);
        }
    }

    private void addRange(long first, long last, Set<Long> named) {
        if (ack.ranges().count() < AckRanges.COUNT_MAX) {
            ack.ranges().add(first, last);
            for (long number = first; number <= last; number++) {
                named.add(number);
            }
        }
    }

    // spec: LOS-1
    private void loseByTime(long nowNs) {
        if (window.counters().persistentCongestions() != persistentCongestions) {
            // The window forgot the minimum round trip after it had judged by it: its verdict is taken over.
            persistentCongestions = window.counters().persistentCongestions();
            lostCalls.stream().filter(model::containsKey).forEach(number -> model.get(number).isLost = true);
            return;
        }
        long roundTripNs = Math.max(window.rtt().smoothedNs(), window.rtt().latestNs());
        long waitNs = Math.max(roundTripNs + window.reorderingWindowNs(), SendWindow.LOSS_NS_MIN);
        model.headMap(Math.max(largestAcked, 0)).forEach((number, sent) -> {
            if (sent.isInFlight && nowNs - sent.sentNs >= waitNs) {
                sent.isLost = true;
            }
        });
    }

    private void compare(long seed, int step) {
        long inFlight = 0;
        long lowest = -1;
        for (var entry : model.entrySet()) {
            Sent sent = entry.getValue();
            if (sent.isInFlight && !sent.isLost) {
                inFlight += sent.bytes;
                lowest = lowest < 0 ? entry.getKey() : lowest;
            }
            if (sent.isLost) {
                assertThat(lostCalls).contains(entry.getKey());
            }
        }
        assertThat(window.bytesInFlight()).as("seed %d, step %d", seed, step).isEqualTo(inFlight);
        assertThat(window.lowestOutstanding()).isEqualTo(lowest < 0 ? window.nextPacketNumber() : lowest);
    }

    @Override
    public void onAcked(long first, long last) {
        for (long number = first; number <= last; number++) {
            assertThat(window.bytesOf(number))
                    .isEqualTo(model.get(number).bytes)
                    .isEqualTo(window.bytesOf(first));
            assertThat(ackedCalls.add(number)).isTrue();
            assertThat(lostCalls).doesNotContain(number);
        }
    }

    @Override
    public void onLost(long packetNumber) {
        assertThat(lostCalls.add(packetNumber)).isTrue();
        assertThat(ackedCalls).doesNotContain(packetNumber);
    }

    @Override
    public void onSpurious(long packetNumber) {
        assertThat(spuriousCalls.add(packetNumber)).isTrue();
        assertThat(lostCalls).contains(packetNumber);
    }

    @Override
    public void onMtuProbeAcked(int bytes) {}

    @Override
    public void onMtuProbeLost(int bytes) {}
}
