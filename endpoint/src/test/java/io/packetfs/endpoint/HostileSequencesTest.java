package io.packetfs.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.endpoint.Frames.Gram;
import io.packetfs.protocol.ReasonCode;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * A peer that says anything at all, most of it nearly right. Whatever comes, nothing is thrown, nothing is written outside a landing,
 * what is delivered is what a gram said it is, and state stays within its limits.
 */
class HostileSequencesTest {
    private static final int LANDING_BYTES = 4_096;
    private static final int PACKETS = 60;

    /** One connection with a peer that draws its frames. */
    private static final class Attack {
        private final SplittableRandom random;
        private final GuardedLanding landing = new GuardedLanding(LANDING_BYTES);
        private final Recorder application = new Recorder(landing);
        private final HostilePeer peer = new HostilePeer(Engines.tight(), application);

        /** Of all frames, this share in a thousand breaks a rule at once. */
        private final int malice;

        Attack(long seed) {
            random = new SplittableRandom(seed);
            malice = random.nextInt(4) * 30;
        }

        void run() {
            for (int i = 0; i < 5; i++) {
                application.send(OutboundGram.staged(3, false, new byte[random.nextInt(3_000)]));
            }
            for (int i = 0; i < PACKETS && !peer.isClosed(); i++) {
                Frames frames = new Frames();
                for (int count = 1 + random.nextInt(5); count > 0; count--) {
                    frame(frames);
                }
                peer.send(frames);
                if (random.nextInt(4) == 0) {
                    peer.advance(random.nextLong(50 * EnginePair.MS));
                }
                requireLimits();
            }
            assertThat(malice > 0 || !peer.isClosed())
                    .as("closed for %s", ReasonCode.name(peer.closeReason))
                    .isTrue();
            landing.requireUntouchedFence();
            requireDelivered();
            peer.connection.close(ReasonCode.NO_ERROR, "");
            peer.advance(60 * EnginePair.SECOND);
            assertThat(peer.victim.endpoint.connectionCount()).isZero();
        }

        private void requireLimits() {
            GramAssembler assembler = peer.connection.session().assembler();
            assertThat(assembler.openCount()).isBetween(0, Engines.TIGHT_GRAM_WINDOW);
            assertThat(assembler.gramsMax() - application.delivered.size())
                    .isLessThanOrEqualTo(Engines.TIGHT_GRAM_WINDOW);
            assertThat(peer.ackRangesMax).isLessThanOrEqualTo(256);
            assertThat(application.closed).isEqualTo(peer.isClosed());
        }

        private void requireDelivered() {
            for (Recorder.Delivered gram : application.delivered) {
                if (gram.blobId == 0) {
                    assertThat(gram.slab).isEqualTo(Gram.staged(gram.gramId, gram.slab.length).slab);
                }
            }
        }

        private void frame(Frames frames) {
            if (random.nextInt(1_000) < malice) {
                evil(frames);
                return;
            }
            switch (random.nextInt(10)) {
                case 0 -> frames.ping();
                case 1 -> frames.ackFrequency(1 + random.nextInt(65_535), random.nextLong(1L << 32));
                case 2 -> frames.credit(random.nextLong(1L << random.nextInt(1, 62)), random.nextLong(1L << 20));
                case 3 -> {
                    long known = peer.packetNumbers.first();
                    frames.ack(random.nextLong(1L << 32), known, known);
                }
                case 4, 5 -> {
                    Gram gram = gram();
                    if (gram.header.blobId() == 0) {
                        frames.whole(gram);
                    } else {
                        chunk(frames.head(gram), gram);
                    }
                }
                case 6 -> {
                    Gram gram = gram();
                    int from = 16 * random.nextInt(gram.head.length / 16);
                    frames.head(gram, from, gram.head.length - from);
                }
                default -> chunk(frames, gram());
            }
        }

        private void chunk(Frames frames, Gram gram) {
            if (gram.slab.length == 0) {
                frames.head(gram);
                return;
            }
            int from = 16 * random.nextInt((gram.slab.length + 15) / 16);
            int blobId = gram.header.blobId();
            frames.chunk(
                    gram, from, gram.slab.length - from, blobId, blobId == 0 ? 0 : offset(gram.header.gramId()) + from);
        }

        /** A gram that says the same each time it is drawn, so that its pieces fit each other. */
        private Gram gram() {
            int id = random.nextInt(Engines.TIGHT_GRAM_WINDOW / 2);
            int bytes = (id * 37) % 100;
            return switch (id % 3) {
                case 0 -> Gram.staged(id, bytes);
                case 1 -> Gram.placed(id, offset(id), bytes + 1);
                default -> Gram.staged(id, bytes).ordered(9, id / 3);
            };
        }

        private static long offset(long gramId) {
            return gramId * 100;
        }

        private void evil(Frames frames) {
            long id = random.nextInt(4) == 0 ? random.nextLong(1L << 62) : random.nextInt(80);
            switch (random.nextInt(8)) {
                case 0 -> frames.raw(random.nextInt(256), random.nextInt(256), random.nextInt(256));
                case 1 -> frames.whole(Gram.placed(id, random.nextLong(2 * LANDING_BYTES), 1 + random.nextInt(2_000)));
                case 2 -> frames.whole(Gram.placed(id, Long.MAX_VALUE - random.nextInt(200), 1 + random.nextInt(100)));
                case 3 ->
                    frames.chunk(
                            id,
                            16 * random.nextInt(100),
                            16 * random.nextInt(50),
                            random.nextInt(3),
                            random.nextLong() >>> random.nextInt(64),
                            16 * random.nextInt(400),
                            random.nextInt() >>> random.nextInt(32));
                case 4 -> {
                    Gram gram = gram();
                    gram.head[random.nextInt(gram.head.length)] ^= (byte) (1 << random.nextInt(8));
                    frames.whole(gram);
                }
                case 5 -> {
                    Gram gram = gram();
                    gram.head[random.nextInt(gram.head.length)] ^= (byte) (1 << random.nextInt(8));
                    frames.head(gram);
                }
                case 6 -> frames.ack(0, random.nextLong(1L << random.nextInt(1, 62)), (1L << 62) - 1);
                default -> frames.whole(Gram.staged(id, random.nextInt(2_000)).ordered(random.nextInt(12), id));
            }
        }
    }

    @Property(tries = 600, seed = "5")
    void anythingAPeerSaysIsTakenOrEndsTheConnectionAndDoesNoHarm(@ForAll long seed) {
        new Attack(seed).run();
    }
}
