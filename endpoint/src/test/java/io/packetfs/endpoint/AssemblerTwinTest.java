package io.packetfs.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.blob.HeapBlob;
import io.packetfs.endpoint.Frames.Gram;
import io.packetfs.protocol.GramLimits;
import io.packetfs.protocol.ReasonCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The assembler against a naive twin that keeps a bit per byte, over frames cut anyhow, in any order, any number of times. */
class AssemblerTwinTest {
    private static final int GRAMS = 12;
    private static final int SLAB_BYTES_MAX = 400;
    private static final int ORDERED_LANE = 7;

    /** What a receiver has to know, written down without thought of cost. */
    private static final class Twin {
        final List<Long> delivered = new ArrayList<>();
        private final Map<Long, BitSet> headBytes = new HashMap<>();
        private final Map<Long, BitSet> slabBytes = new HashMap<>();
        private final Map<Long, Gram> whole = new HashMap<>();
        private long nextSequence;

        void on(Piece piece) {
            long id = piece.gram.header.gramId();
            bits(piece.ofHead ? headBytes : slabBytes, id).set(piece.position, piece.position + piece.length);
            if (piece.wholeGram) {
                bits(headBytes, id).set(0, piece.gram.head.length);
                bits(slabBytes, id).set(0, piece.gram.slab.length);
            }
            boolean complete = bits(headBytes, id).cardinality() == piece.gram.head.length
                    && bits(slabBytes, id).cardinality() == piece.gram.slab.length;
            if (!complete || whole.containsKey(id)) {
                return;
            }
            whole.put(id, piece.gram);
            if (!piece.gram.header.isOrdered()) {
                delivered.add(id);
                return;
            }
            for (Gram next = inOrder(); next != null; next = inOrder()) {
                delivered.add(next.header.gramId());
                nextSequence++;
            }
        }

        boolean hasHead(Gram gram) {
            return bits(headBytes, gram.header.gramId()).cardinality() == gram.head.length;
        }

        private Gram inOrder() {
            for (Gram gram : whole.values()) {
                if (gram.header.isOrdered() && gram.header.laneSequence() == nextSequence) {
                    return gram;
                }
            }
            return null;
        }

        private static BitSet bits(Map<Long, BitSet> sets, long id) {
            return sets.computeIfAbsent(id, key -> new BitSet());
        }
    }

    /** Some bytes of one gram, in one frame. */
    private static final class Piece {
        final Gram gram;
        final boolean wholeGram;
        final boolean ofHead;
        final int position;
        final int length;
        final boolean staged;

        Piece(Gram gram, boolean wholeGram, boolean ofHead, int position, int length, boolean staged) {
            this.gram = gram;
            this.wholeGram = wholeGram;
            this.ofHead = ofHead;
            this.position = position;
            this.length = length;
            this.staged = staged;
        }

        /** Whether the frame need not say where its bytes go, once the head is there. */
        boolean mayBePiece() {
            return !wholeGram && !ofHead && (!staged || gram.header.blobId() == 0);
        }

        byte[] payload(boolean asPiece) {
            if (asPiece) {
                return new Frames().piece(gram, position, length).bytes();
            }
            if (wholeGram) {
                return new Frames().whole(gram).bytes();
            }
            if (ofHead) {
                return new Frames().head(gram, position, length).bytes();
            }
            return staged
                    ? new Frames().chunk(gram, position, length, 0, 0).bytes()
                    : new Frames()
                            .chunk(gram, position, length, 1, offset(gram) + position)
                            .bytes();
        }
    }

    private final byte[] landing = new byte[GRAMS * SLAB_BYTES_MAX];
    private final List<Long> delivered = new ArrayList<>();
    private final Set<InboundGram> used = new HashSet<>();
    private final ReceiveCredit credit = new ReceiveCredit(1 << 20, 1 << 20, 1 << 20);
    private final GramAssembler assembler = new GramAssembler(GramLimits.DEFAULTS, 64, credit, null, this::deliver);
    private final AssemblerFeed feed = new AssemblerFeed(assembler);

    @Property(tries = 500, seed = "7")
    void deliversWhatTheTwinDeliversWhenTheTwinDoes(@ForAll long seed) {
        new AssemblerTwinTest().run(new Random(seed));
    }

    private void run(Random random) {
        assembler.registerLanding(1, new HeapBlob(landing));
        List<Gram> grams = grams(random);
        List<Piece> pieces = new ArrayList<>();
        for (Gram gram : grams) {
            boolean staged = gram.header.blobId() == 0 || random.nextBoolean();
            for (int copy = 1 + random.nextInt(3); copy > 0; copy--) {
                cut(gram, staged, random, pieces);
            }
        }
        Collections.shuffle(pieces, random);
        Twin twin = new Twin();
        for (Piece piece : pieces) {
            boolean asPiece = piece.mayBePiece() && twin.hasHead(piece.gram) && random.nextInt(3) > 0;
            assertThat(feed.feed(piece.payload(asPiece))).isEqualTo(ReasonCode.NO_ERROR);
            twin.on(piece);
            assertThat(delivered).isEqualTo(twin.delivered);
        }
        assertThat(delivered).hasSize(GRAMS);
        assertThat(assembler.openCount()).isZero();
        assertThat(used).as("slabs that are held for nothing").allMatch(gram -> gram.stagedArray() == null);
        requireLanded(grams);
    }

    private void deliver(InboundGram gram) {
        delivered.add(gram.gramId());
        used.add(gram);
    }

    private void requireLanded(List<Gram> grams) {
        for (Gram gram : grams) {
            if (gram.header.blobId() != 0) {
                int offset = (int) offset(gram);
                assertThat(Arrays.copyOfRange(landing, offset, offset + gram.slab.length))
                        .isEqualTo(gram.slab);
            }
        }
    }

    private static List<Gram> grams(Random random) {
        List<Gram> grams = new ArrayList<>();
        int sequence = 0;
        for (int id = 0; id < GRAMS; id++) {
            int bytes = random.nextInt(SLAB_BYTES_MAX);
            switch (random.nextInt(3)) {
                case 0 -> grams.add(Gram.staged(id, bytes));
                case 1 -> grams.add(Gram.staged(id, bytes).ordered(ORDERED_LANE, sequence++));
                default -> grams.add(Gram.placed(id, (long) id * SLAB_BYTES_MAX, bytes + 1));
            }
        }
        return grams;
    }

    private static long offset(Gram gram) {
        return gram.header.gramId() * SLAB_BYTES_MAX;
    }

    /** Cuts a gram into frames that cover it, at grains; where chunks are staged it may also go whole. */
    private static void cut(Gram gram, boolean staged, Random random, List<Piece> pieces) {
        if (staged && random.nextInt(3) == 0) {
            pieces.add(new Piece(gram, true, true, 0, 0, true));
            return;
        }
        for (boolean ofHead : new boolean[] {true, false}) {
            int length = ofHead ? gram.head.length : gram.slab.length;
            for (int from = 0; from < length; ) {
                int to = Math.min(length, from + GramLimits.GRAIN_BYTES * (1 + random.nextInt(16)));
                pieces.add(new Piece(gram, false, ofHead, from, to - from, staged));
                from = to;
            }
        }
    }
}
