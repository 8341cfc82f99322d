package io.packetfs.records;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.sim.LinkSettings;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/** Over random paths: ordered lanes keep their order, unordered ones lose nothing, and none has a record twice. */
class RecordOrderTest {
    private static final int RECORDS = 300;
    private static final int LANES = 4;
    private static final int RECORD_BYTES_MIN = 8;

    @Property(tries = 40)
    void orderedLanesKeepTheirOrderAndNoLaneLosesARecord(
            @ForAll long seed,
            @ForAll @DoubleRange(min = 0, max = 0.2) double loss,
            @ForAll @IntRange(min = 0, max = 30) int jitterMs,
            @ForAll @IntRange(min = RECORD_BYTES_MIN, max = 6_000) int recordBytesMax)
            throws GramException {
        LinkSettings links = LinkSettings.builder()
                .delayMs(10)
                .jitterMs(jitterMs)
                .lossProbability(loss)
                .duplicateProbability(loss / 4)
                .build();
        VirtualPair pair = new VirtualPair(seed, links);
        GramConnection client = pair.connect();
        GramConnection server = pair.accepted();
        Random random = new Random(seed);
        List<List<Integer>> sent = lists();
        List<List<Integer>> received = lists();
        for (int i = 0; i < RECORDS; i++) {
            int lane = random.nextInt(LANES);
            byte[] record = new byte[RECORD_BYTES_MIN + random.nextInt(recordBytesMax - RECORD_BYTES_MIN + 1)];
            ByteBuffer.wrap(record).putInt(i).putInt(record.length);
            assertThat(lane(client, lane).tryOffer(record)).isTrue();
            sent.get(lane).add(i);
            if (random.nextInt(10) == 0) {
                pair.runFor(random.nextInt(5) * VirtualPair.MS);
                receive(server, received);
            }
        }
        pair.runUntil(
                () -> {
                    receive(server, received);
                    return received.stream().mapToInt(List::size).sum() >= RECORDS;
                },
                120 * VirtualPair.SECOND);
        pair.runFor(VirtualPair.SECOND);
        receive(server, received);

        for (int lane = 0; lane < LANES; lane++) {
            if (isOrdered(lane)) {
                assertThat(received.get(lane)).isEqualTo(sent.get(lane));
            } else {
                assertThat(received.get(lane)).containsExactlyInAnyOrderElementsOf(sent.get(lane));
            }
        }
    }

    private static void receive(GramConnection server, List<List<Integer>> received) {
        try {
            for (int lane = 0; lane < LANES; lane++) {
                GramLane in = lane(server, lane);
                for (byte[] record = in.tryReceive(); record != null; record = in.tryReceive()) {
                    ByteBuffer fields = ByteBuffer.wrap(record);
                    received.get(lane).add(fields.getInt());
                    assertThat(fields.getInt()).isEqualTo(record.length);
                }
            }
        } catch (GramException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isOrdered(int lane) {
        return lane % 2 == 1;
    }

    private static GramLane lane(GramConnection connection, int lane) {
        return isOrdered(lane) ? connection.orderedLane(lane) : connection.lane(lane);
    }

    private static List<List<Integer>> lists() {
        List<List<Integer>> lists = new ArrayList<>();
        for (int i = 0; i < LANES; i++) {
            lists.add(new ArrayList<>());
        }
        return lists;
    }
}
