package io.packetfs.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.blob.HeapBlob;
import io.packetfs.protocol.GramLimits;
import io.packetfs.protocol.ReasonCode;
import io.packetfs.repair.SentFrames;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * The sender's and the receiver's half of grams over a network that is a bag: packets of changing sizes are lost, come late, come after
 * their repair. Everything arrives once, and the sender knows exactly what has.
 */
class SenderModelTest {
    private static final int ROOM_MIN = 200;
    private static final int ROOM_MAX = 1_400;

    /** A packet under way: its number, its frames, and what the sender believes of it. */
    private static final class Packet {
        final long number;
        final byte[] payload;
        boolean declaredLost;

        Packet(long number, byte[] payload) {
            this.number = number;
            this.payload = payload;
        }
    }

    private final List<Packet> underWay = new ArrayList<>();
    private final List<OutboundGram> acknowledged = new ArrayList<>();
    private final List<Long> delivered = new ArrayList<>();
    private final SentFrames sent = new SentFrames();
    private final SendCredit sendCredit = new SendCredit(1 << 24, 64);
    private final ReceiveCredit receiveCredit = new ReceiveCredit(1 << 24, 1 << 24, 1 << 24);
    private final GramSender sender = new GramSender(64, GramLimits.DEFAULTS, sendCredit, sent, acknowledged::add);
    private final GramAssembler assembler =
            new GramAssembler(GramLimits.DEFAULTS, 64, receiveCredit, null, gram -> delivered.add(gram.gramId()));
    private final AssemblerFeed feed = new AssemblerFeed(assembler);
    private long nextPacketNumber;

    @Property(tries = 500, seed = "11")
    void everyGramArrivesOnceWhateverBecomesOfItsPackets(@ForAll long seed) {
        new SenderModelTest().run(new SplittableRandom(seed));
    }

    private void run(SplittableRandom random) {
        byte[] blob = new byte[20_000];
        random.nextBytes(blob);
        byte[] landing = new byte[blob.length];
        assembler.registerLanding(1, new HeapBlob(landing));
        List<OutboundGram> grams = grams(random, blob);
        grams.forEach(gram -> assertThat(sender.offer(gram)).isTrue());
        int room = ROOM_MAX;
        for (int step = 0; !sender.isIdle(); step++) {
            assertThat(step).as("steps").isLessThan(20_000);
            if (random.nextInt(20) == 0) {
                room = random.nextInt(ROOM_MIN, ROOM_MAX); // the path takes other sizes now
            }
            switch (random.nextInt(5)) {
                case 0, 1 -> transmit(random, room);
                case 2 -> arrive(random);
                case 3 -> declareLost(random);
                default -> drop(random);
            }
            sendCredit.onCredit(1 << 24, assembler.gramsMax());
        }
        assertThat(delivered).hasSize(grams.size()).doesNotHaveDuplicates();
        assertThat(acknowledged).containsExactlyInAnyOrderElementsOf(grams);
        assertThat(assembler.openCount()).isZero();
        int placed = grams.stream()
                .filter(gram -> gram.blobId() == 1)
                .mapToInt(OutboundGram::slabLength)
                .sum();
        assertThat(Arrays.copyOf(landing, placed)).isEqualTo(Arrays.copyOf(blob, placed));
    }

    private static List<OutboundGram> grams(SplittableRandom random, byte[] blob) {
        List<OutboundGram> grams = new ArrayList<>();
        HeapBlob source = new HeapBlob(blob);
        int offset = 0;
        for (int i = 0; i < 10; i++) {
            int bytes = 1 + random.nextInt(random.nextBoolean() ? 300 : 2_000);
            if (random.nextBoolean()) {
                grams.add(OutboundGram.placed(1, 1, source, offset, bytes));
                offset += bytes;
            } else {
                boolean ordered = random.nextBoolean();
                grams.add(OutboundGram.staged(ordered ? 2 : 1, ordered, Arrays.copyOf(blob, bytes - 1)));
            }
        }
        return grams;
    }

    private void transmit(SplittableRandom random, int room) {
        if (!sender.hasWork() && !sender.queueProbe(room * random.nextInt(1, 3))) {
            return;
        }
        byte[] payload = new byte[room];
        sent.begin(nextPacketNumber);
        int taken = random.nextInt(4) == 0 ? random.nextInt(100) : 0; // by other frames
        int bytes = sender.write(payload, 0, room - taken, room);
        if (bytes > 0) {
            underWay.add(new Packet(nextPacketNumber, Arrays.copyOf(payload, bytes)));
        }
        nextPacketNumber++;
    }

    private void arrive(SplittableRandom random) {
        if (underWay.isEmpty()) {
            return;
        }
        Packet packet = underWay.remove(random.nextInt(underWay.size()));
        assertThat(ReasonCode.name(feed.feed(packet.payload))).isEqualTo("NO_ERROR");
        for (long record = sent.first(packet.number); record < sent.end(packet.number); record++) {
            sender.onAcknowledged(sent.kind(record), sent.gramId(record), sent.position(record), sent.length(record));
        }
    }

    private void declareLost(SplittableRandom random) {
        if (underWay.isEmpty()) {
            return;
        }
        Packet packet = underWay.get(random.nextInt(underWay.size()));
        if (!packet.declaredLost) {
            packet.declaredLost = true;
            for (long record = sent.first(packet.number); record < sent.end(packet.number); record++) {
                sender.onLost(sent.kind(record), sent.gramId(record), sent.position(record), sent.length(record));
            }
        }
    }

    private void drop(SplittableRandom random) {
        if (!underWay.isEmpty() && random.nextInt(3) == 0) {
            int index = random.nextInt(underWay.size());
            if (underWay.get(index).declaredLost) {
                underWay.remove(index);
            }
        }
    }
}
