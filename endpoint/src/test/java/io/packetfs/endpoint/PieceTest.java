package io.packetfs.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.blob.HeapBlob;
import io.packetfs.endpoint.Frames.Gram;
import io.packetfs.protocol.DescriptorTable;
import io.packetfs.protocol.GramHeader;
import io.packetfs.protocol.GramLimits;
import io.packetfs.protocol.ReasonCode;
import io.packetfs.sim.LinkSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Bytes that say no more than their gram and position land where the head says, and only there. spec: PCE */
class PieceTest {
    private static final int LANDING_BYTES = 64 << 10;
    private static final int WINDOW = 64;

    /** With datagrams of 1,472 bytes. spec: CHK-7 */
    private static final int FULL_PIECE_BYTES = 1_432;

    private final GuardedLanding landing = new GuardedLanding(LANDING_BYTES);
    private final List<Long> delivered = new ArrayList<>();
    private final ReceiveCredit credit = new ReceiveCredit(1 << 20, 1 << 20, 1 << 20);
    private final GramAssembler assembler =
            new GramAssembler(GramLimits.DEFAULTS, WINDOW, credit, null, gram -> delivered.add(gram.gramId()));
    private final AssemblerFeed feed = new AssemblerFeed(assembler);

    PieceTest() {
        assembler.registerLanding(1, landing);
    }

    private int feed(Frames frames) {
        return feed.feed(frames.bytes());
    }

    private void take(Frames frames) {
        assertThat(ReasonCode.name(feed(frames))).isEqualTo("NO_ERROR");
    }

    private void refuse(int reason, Frames frames) {
        long writesBefore = landing.writes;
        assertThat(ReasonCode.name(feed(frames))).isEqualTo(ReasonCode.name(reason));
        assertThat(landing.writes).isEqualTo(writesBefore);
        assertThat(delivered).isEmpty();
    }

    @Test
    void landsWhereTheDescriptorsSayHoweverItIsCut() {
        for (long seed = 1; seed <= 200; seed++) {
            new PieceTest().landsWhereTheDescriptorsSay(new Random(seed));
        }
    }

    /** Descriptors of odd lengths at places in no order, none touching another. */
    private void landsWhereTheDescriptorsSay(Random random) {
        int count = 1 + random.nextInt(20);
        int[] lengths = random.ints(count, 1, 400).toArray();
        Gram gram = gramOf(random, lengths);
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            places.add(i);
        }
        Collections.shuffle(places, random);
        int[] offsets = new int[count];
        for (int i = 0; i < count; i++) {
            offsets[i] = 512 * places.get(i) + random.nextInt(100);
            gram.descriptor(i, offsets[i], lengths[i]);
        }
        take(new Frames().head(gram));
        List<int[]> cuts = cuts(gram.slab.length, random);
        for (int[] cut : cuts) {
            take(new Frames().piece(gram, cut[0], cut[1]));
        }

        assertThat(delivered).containsExactly(0L);
        byte[] expected = new byte[LANDING_BYTES];
        int position = 0;
        for (int i = 0; i < count; i++) {
            System.arraycopy(gram.slab, position, expected, offsets[i], lengths[i]);
            position += lengths[i];
        }
        assertThat(landing.content()).isEqualTo(expected);
    }

    private static Gram gramOf(Random random, int... lengths) {
        byte[] slab = new byte[Arrays.stream(lengths).sum()];
        random.nextBytes(slab);
        Gram gram = new Gram(0, slab, lengths.length);
        gram.header.blobId(1);
        return gram;
    }

    /** Stretches that cover the slab in some order, some of them twice. */
    private static List<int[]> cuts(int slabLength, Random random) {
        List<int[]> cuts = new ArrayList<>();
        for (int copies = 2; copies > 0; copies--) {
            for (int from = 0; from < slabLength; ) {
                int to = Math.min(slabLength, from + GramLimits.GRAIN_BYTES * (1 + random.nextInt(100)));
                cuts.add(new int[] {from, to - from});
                from = to;
            }
        }
        Collections.shuffle(cuts, random);
        return cuts;
    }

    @Test
    void staysStagedWhereTheSlabIs() {
        Gram gram = Gram.placed(0, 128, 160);
        take(new Frames().chunk(gram, 0, 80, 0, 0).head(gram));
        take(new Frames().piece(gram, 80, 40));
        assertThat(landing.writes).isZero();
        take(new Frames().piece(gram, 120, 40));

        assertThat(delivered).containsExactly(0L);
        assertThat(Arrays.copyOfRange(landing.content(), 128, 288)).isEqualTo(gram.slab);
    }

    @Test
    void ofAGramThatIsDeliveredIsADuplicate() {
        Gram gram = Gram.staged(0, 160);
        take(new Frames().head(gram));
        take(new Frames().piece(gram, 0, 160));
        take(new Frames().piece(gram, 0, 160));
        take(new Frames().piece(gram, 0, 8));

        assertThat(delivered).containsExactly(0L);
        assertThat(assembler.duplicateFrames()).isEqualTo(2);
    }

    @Test
    void beforeItsHeadIsRefused() {
        refuse(ReasonCode.GRAM_INCONSISTENT, new Frames().piece(Gram.placed(0, 0, 160), 0, 80));
    }

    @Test
    void beforeTheEndOfItsHeadIsRefused() {
        Gram gram = Gram.placed(0, 0, 160);
        take(new Frames().head(gram, 0, 48).chunk(gram, 0, 80, 1, 0));
        refuse(ReasonCode.GRAM_INCONSISTENT, new Frames().piece(gram, 80, 80));
    }

    @Test
    void ofAGramBeyondTheWindowOrBelowTheFirstIsRefused() {
        refuse(ReasonCode.LIMIT_EXCEEDED, new Frames().piece(WINDOW, 0, new byte[8]));
        refuse(ReasonCode.PROTOCOL_VIOLATION, new Frames().piece(-1, 0, new byte[8]));
    }

    @Test
    void behindTheSlabsEndOrRaggedIsRefused() {
        Gram gram = Gram.placed(0, 0, 164);
        take(new Frames().head(gram));
        refuse(ReasonCode.GRAM_INCONSISTENT, new Frames().piece(0, 160, new byte[5]));
        refuse(ReasonCode.GRAM_INCONSISTENT, new Frames().piece(0, 168, new byte[8]));
        refuse(ReasonCode.GRAM_INCONSISTENT, new Frames().piece(0, 1 << 23, new byte[8]));
        refuse(ReasonCode.GRAM_INCONSISTENT, new Frames().piece(0, 0, new byte[12]));
    }

    @Test
    void underAHeadThatBreaksARuleIsRefused() {
        Gram gram = Gram.placed(0, 0, 160);
        gram.header.lane(GramHeader.LANE_MAX + 1);
        take(new Frames().head(gram));
        refuse(ReasonCode.PROTOCOL_VIOLATION, new Frames().piece(gram, 0, 80));
    }

    @Test
    void underAHeadOfAnotherLengthIsRefused() {
        Gram gram = Gram.placed(0, 0, 160);
        Gram other = Gram.placed(0, 0, 176);
        take(new Frames().chunk(gram, 0, 80, 1, 0));
        System.arraycopy(other.head, 0, gram.head, 0, other.head.length);
        Frames frames = new Frames();
        frames.raw(0x10, 0, 64, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 64, 0, 0, 0, 160, 0, 0, 0);
        for (byte next : other.head) {
            frames.raw(next);
        }
        take(frames);
        refuse(ReasonCode.GRAM_INCONSISTENT, new Frames().piece(gram, 80, 80));
    }

    @Test
    void toOneDescriptorOutsideTheLandingIsRefusedThoughItsOwnIsInside() {
        Gram gram = new Gram(0, new byte[64], 2).descriptor(0, 0, 32).descriptor(1, LANDING_BYTES - 31, 32);
        gram.header.blobId(1);
        take(new Frames().head(gram));
        refuse(ReasonCode.LANDING_VIOLATION, new Frames().piece(gram, 0, 32));
    }

    @Test
    void forALandingThatWasNotOfferedOrTakenBackIsRefused() {
        Gram gram = Gram.placed(0, 0, 160);
        Gram other = Gram.placed(1, 0, 160);
        other.header.blobId(2);
        take(new Frames().head(gram).head(other));
        refuse(ReasonCode.LANDING_VIOLATION, new Frames().piece(other, 0, 80));
        take(new Frames().piece(gram, 0, 80));
        assembler.releaseLanding(1);
        refuse(ReasonCode.LANDING_VIOLATION, new Frames().piece(gram, 80, 80));
        assembler.registerLanding(1, new GuardedLanding(LANDING_BYTES));
        refuse(ReasonCode.LANDING_VIOLATION, new Frames().piece(gram, 80, 80));
    }

    @Test
    void whoseChunksNamedAnotherLandingThanItsHeadIsRefused() {
        assembler.registerLanding(2, new GuardedLanding(LANDING_BYTES));
        Gram gram = Gram.placed(0, 0, 160);
        take(new Frames().chunk(gram, 0, 80, 2, 0).head(gram));
        refuse(ReasonCode.GRAM_INCONSISTENT, new Frames().piece(gram, 80, 80));
    }

    @Test
    void isWhatALongTransferConsistsOfBehindItsFirstRoundTrips() {
        EnginePair pair = new EnginePair(1)
                .links(LinkSettings.builder()
                        .delayMs(50)
                        .rateMegabitsPerSecond(100)
                        .build());
        byte[] blob = new byte[32 << 20];
        new Random(1).nextBytes(blob);
        byte[] landed = new byte[blob.length];
        Recorder client = new Recorder();
        for (int offset = 0; offset < blob.length; offset += 1 << 20) {
            client.send(OutboundGram.placed(1, 1, new HeapBlob(blob), offset, 1 << 20));
        }
        pair.connect(client, connection -> new Recorder(new HeapBlob(landed)));

        assertThat(pair.runUntil(client::isAllAcknowledged, 60 * EnginePair.SECOND))
                .isTrue();
        assertThat(landed).isEqualTo(blob);
        long packetsRepaired = client.connection.stats().packetsRetransmitted();
        long packetsIdeal = blob.length / FULL_PIECE_BYTES;
        assertThat(client.connection.stats().packetsSent() - packetsRepaired)
                .isLessThan(packetsIdeal + packetsIdeal / 100);
    }

    @Test
    void goesByTheHeadThatCameFirst() {
        Gram gram = Gram.placed(0, 0, 160);
        take(new Frames().head(gram));
        take(new Frames().piece(gram, 0, 80));
        DescriptorTable.put(gram.head, GramHeader.BYTES, 0, LANDING_BYTES * 2L, 160);
        take(new Frames().head(gram));
        take(new Frames().piece(gram, 80, 80));

        assertThat(delivered).containsExactly(0L);
        assertThat(Arrays.copyOf(landing.content(), 160)).isEqualTo(gram.slab);
    }
}
