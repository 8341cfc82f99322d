package io.packetfs.endpoint;

import static io.packetfs.endpoint.EnginePair.SECOND;
import static io.packetfs.endpoint.Frames.Gram.placed;
import static io.packetfs.endpoint.Frames.Gram.staged;
import static io.packetfs.protocol.ReasonCode.CREDIT_EXCEEDED;
import static io.packetfs.protocol.ReasonCode.DIGEST_MISMATCH;
import static io.packetfs.protocol.ReasonCode.GRAM_INCONSISTENT;
import static io.packetfs.protocol.ReasonCode.LANDING_VIOLATION;
import static io.packetfs.protocol.ReasonCode.LIMIT_EXCEEDED;
import static io.packetfs.protocol.ReasonCode.PROTOCOL_VIOLATION;
import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.endpoint.Frames.Gram;
import io.packetfs.protocol.ReasonCode;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** A peer with valid keys that breaks the rules of grams: it is closed with the reason, and nothing of it is written or delivered. */
class HostileFramesTest {
    private static final int LANDING_BYTES = 8_192;
    private static final int UNUSED_LANE = 200;

    private final GuardedLanding landing = new GuardedLanding(LANDING_BYTES);
    private final Recorder application = new Recorder(landing);
    private final HostilePeer peer = new HostilePeer(Engines.tight(), application);

    @Test
    void theHelpersFramesAreTakenWhenTheyKeepTheRules() {
        peer.send(new Frames().whole(staged(0, 100)).whole(placed(1, 16, 100)));
        Gram inPieces = placed(2, 1_000, 1_000);
        peer.send(new Frames().chunk(inPieces, 512, 488, 1, 1_512).head(inPieces, 16, 48));
        peer.send(new Frames().chunk(inPieces, 0, 512, 1, 1_000).head(inPieces, 0, 16));
        assertThat(peer.isClosed()).isFalse();
        assertThat(application.delivered).hasSize(3);
        assertThat(Arrays.copyOfRange(landing.content(), 1_000, 2_000)).isEqualTo(inPieces.slab);
        landing.requireUntouchedFence();
    }

    // limits of the connection

    @Test
    void aGramIdBeyondTheWindowIsRefused() {
        requireClosed(LIMIT_EXCEEDED, new Frames().head(staged(Engines.TIGHT_GRAM_WINDOW, 100)));
    }

    @Test
    void aGramIdFarBeyondTheWindowIsRefused() {
        requireClosed(LIMIT_EXCEEDED, new Frames().whole(staged((1L << 62) - 1, 100)));
    }

    @Test
    void moreThanTheCreditIsRefused() {
        Frames fill = new Frames();
        for (int i = 0; i < 3; i++) {
            fill.head(staged(i, Engines.TIGHT_SLAB_BYTES_MAX));
        }
        peer.send(fill);
        assertThat(peer.isClosed()).isFalse();
        requireClosed(CREDIT_EXCEEDED, new Frames().head(staged(3, Engines.TIGHT_SLAB_BYTES_MAX)));
    }

    @Test
    void creditIsCountedToTheByteHeadsIncluded() {
        int left = Engines.TIGHT_CREDIT_BYTES;
        Frames fill = new Frames();
        for (int i = 0; i < 4; i++) {
            Gram gram = staged(i, Math.min(Engines.TIGHT_SLAB_BYTES_MAX, left - 48));
            fill.head(gram, 0, 16);
            left -= gram.head.length + gram.slab.length;
        }
        assertThat(left).isZero();
        peer.send(fill);
        assertThat(peer.isClosed()).isFalse();
        requireClosed(CREDIT_EXCEEDED, new Frames().whole(staged(4, 0)));
    }

    @Test
    void aSlabLongerThanTheLimitIsRefused() {
        requireClosed(LIMIT_EXCEEDED, new Frames().chunk(0, 0, 16, 0, 0, 48, Engines.TIGHT_SLAB_BYTES_MAX + 16));
    }

    @Test
    void aSlabLongerThanAnyLimitIsRefused() {
        requireClosed(LIMIT_EXCEEDED, new Frames().chunk(0, 0, 16, 0, 0, 48, -1));
    }

    @Test
    void aHeadLongerThanTheLimitIsRefused() {
        requireClosed(LIMIT_EXCEEDED, new Frames().chunk(0, 0, 16, 0, 0, 48 + 17 * 16, 16));
    }

    @Test
    void moreDescriptorsThanTheLimitAreRefused() {
        Gram gram = new Gram(0, new byte[17], 17);
        for (int i = 0; i < 17; i++) {
            gram.descriptor(i, i, 1);
        }
        gram.header.blobId(1);
        requireClosed(LIMIT_EXCEEDED, new Frames().whole(gram));
    }

    @Test
    void aDescriptorLongerThanTheLimitIsRefused() {
        int bytes = Engines.TIGHT_DESCRIPTOR_BYTES_MAX + 1;
        requireClosed(LIMIT_EXCEEDED, new Frames().whole(placed(0, 0, bytes)));
    }

    // landings

    @Test
    void aChunkOneByteOutsideItsLandingIsRefusedAndNotWritten() {
        requireClosed(LANDING_VIOLATION, new Frames().chunk(placed(0, 0, 160), 0, 160, 1, LANDING_BYTES - 159));
        assertThat(landing.writes).isZero();
    }

    @Test
    void aChunkFarOutsideItsLandingIsRefusedAndNotWritten() {
        requireClosed(LANDING_VIOLATION, new Frames().chunk(placed(0, 0, 160), 0, 160, 1, Long.MAX_VALUE - 160));
        assertThat(landing.writes).isZero();
    }

    @Test
    void aChunkWhoseEndOverflowsIsRefused() {
        requireClosed(PROTOCOL_VIOLATION, new Frames().chunk(placed(0, 0, 160), 0, 160, 1, Long.MAX_VALUE - 159));
    }

    @Test
    void aChunkAtANegativeOffsetIsRefused() {
        requireClosed(PROTOCOL_VIOLATION, new Frames().chunk(placed(0, 0, 160), 0, 160, 1, -16));
    }

    @Test
    void aChunkForALandingThatWasNotOfferedIsRefused() {
        requireClosed(LANDING_VIOLATION, new Frames().chunk(placed(0, 0, 160), 0, 160, 2, 0));
    }

    @Test
    void aChunkForALandingThatWasTakenBackIsRefused() {
        Gram gram = placed(0, 0, 160);
        peer.send(new Frames().chunk(gram, 0, 80, 1, 0));
        peer.connection.releaseLanding(1);
        landing.writes = 0;
        requireClosed(LANDING_VIOLATION, new Frames().chunk(gram, 80, 80, 1, 80));
        assertThat(landing.writes).isZero();
    }

    @Test
    void aChunkIsNotWrittenIntoALandingThatTookTheNameOfAnother() {
        Gram gram = placed(0, 0, 160);
        peer.send(new Frames().chunk(gram, 0, 80, 1, 0));
        peer.connection.releaseLanding(1);
        GuardedLanding other = new GuardedLanding(4 * LANDING_BYTES);
        peer.connection.registerLanding(1, other);
        landing.writes = 0;
        requireClosed(LANDING_VIOLATION, new Frames().chunk(gram, 80, 80, 1, 2 * LANDING_BYTES));
        assertThat(landing.writes + other.writes).isZero();
    }

    @Test
    void aGramIsNotVerifiedAgainstALandingThatTookTheNameOfAnother() {
        Gram gram = placed(0, 2 * LANDING_BYTES, 160);
        peer.send(new Frames().chunk(gram, 0, 160, 1, 0));
        peer.connection.releaseLanding(1);
        peer.connection.registerLanding(1, new GuardedLanding(4 * LANDING_BYTES));
        requireClosed(LANDING_VIOLATION, new Frames().head(gram));
    }

    @Test
    void aGramWithOneDescriptorOutsideItsLandingIsNotWrittenAtAll() {
        Gram gram = new Gram(0, new byte[64], 2).descriptor(0, 0, 32).descriptor(1, LANDING_BYTES - 31, 32);
        gram.header.blobId(1);
        requireClosed(LANDING_VIOLATION, new Frames().whole(gram));
        assertThat(landing.writes).isZero();
    }

    @Test
    void aGramForALandingThatWasNotOfferedIsRefused() {
        Gram gram = placed(0, 0, 64);
        gram.header.blobId(9);
        requireClosed(LANDING_VIOLATION, new Frames().whole(gram));
    }

    @Test
    void aDescriptorNearTheEndOfAllOffsetsIsRefused() {
        requireClosed(LANDING_VIOLATION, new Frames().whole(placed(0, Long.MAX_VALUE - 64, 64)));
    }

    @Test
    void aDescriptorWhoseEndOverflowsIsRefused() {
        requireClosed(PROTOCOL_VIOLATION, new Frames().whole(placed(0, Long.MAX_VALUE - 63, 64)));
    }

    @Test
    void chunksAndHeadThatNameDifferentPlacesAreFoundOutByTheDigest() {
        Gram gram = placed(0, 0, 160);
        peer.send(new Frames().chunk(gram, 0, 160, 1, 1_024));
        requireClosed(DIGEST_MISMATCH, new Frames().head(gram));
    }

    @Test
    void bytesThatHaveLandedAreNotWrittenAgain() {
        Gram gram = placed(0, 0, 320);
        Gram liar = placed(0, 0, 320);
        Arrays.fill(liar.slab, (byte) 0x77);
        peer.send(new Frames()
                .chunk(gram, 0, 160, 1, 0)
                .chunk(liar, 0, 160, 1, 4_096)
                .chunk(liar, 0, 176, 1, 0));
        peer.send(new Frames().chunk(gram, 160, 160, 1, 160));
        assertThat(landing.writes).isEqualTo(3);
        assertThat(Arrays.copyOf(landing.content(), 160)).isEqualTo(Arrays.copyOf(gram.slab, 160));
        assertThat(Arrays.copyOfRange(landing.content(), 4_096, 4_256)).containsOnly(0);
        assertThat(landing.content()[160]).isEqualTo((byte) 0x77);
        requireClosed(DIGEST_MISMATCH, new Frames().head(gram));
    }

    // frames of one gram that disagree

    @Test
    void framesThatDisagreeOnTheSlabLengthAreRefused() {
        peer.send(new Frames().chunk(staged(0, 320), 0, 160, 0, 0));
        requireClosed(GRAM_INCONSISTENT, new Frames().chunk(staged(0, 336), 160, 160, 0, 0));
    }

    @Test
    void framesThatDisagreeOnTheHeadLengthAreRefused() {
        peer.send(new Frames().head(staged(0, 320)));
        requireClosed(GRAM_INCONSISTENT, new Frames().chunk(placed(0, 0, 320), 0, 160, 0, 0));
    }

    @Test
    void aWholeGramThatDisagreesWithItsPiecesIsRefused() {
        peer.send(new Frames().chunk(staged(0, 320), 0, 160, 0, 0));
        requireClosed(GRAM_INCONSISTENT, new Frames().whole(staged(0, 304)));
    }

    @Test
    void chunksThatNameDifferentLandingsAreRefused() {
        Gram gram = placed(0, 0, 320);
        peer.send(new Frames().chunk(gram, 0, 160, 1, 0));
        requireClosed(GRAM_INCONSISTENT, new Frames().chunk(gram, 160, 160, 0, 0));
    }

    @Test
    void aHeadThatNamesAnotherLandingThanItsChunksIsRefused() {
        Gram gram = placed(0, 0, 160);
        gram.header.blobId(2);
        peer.send(new Frames().chunk(gram, 0, 160, 1, 0));
        requireClosed(GRAM_INCONSISTENT, new Frames().head(gram));
    }

    @Test
    void aHeadThatBearsAnotherGramIdThanItsFrameIsRefused() {
        Gram gram = staged(0, 160);
        Gram other = staged(1, 160);
        System.arraycopy(other.head, 0, gram.head, 0, 8);
        Frames frames = new Frames().raw(0x11, 0, 160, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        frames.raw(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 48, 0, 160, 0, 0, 0).raw(new int[160]);
        frames.raw(0x10, 0, 48, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 48, 0, 0, 0, 160, 0, 0, 0);
        for (byte value : gram.head) {
            frames.raw(value);
        }
        requireClosed(GRAM_INCONSISTENT, frames);
    }

    @Test
    void aHeadThatSaysAnotherSlabLengthThanItsFramesIsRefused() {
        Gram gram = staged(0, 160);
        gram.header.slabLength(176);
        requireClosed(GRAM_INCONSISTENT, new Frames().head(gram).chunk(gram, 0, 160, 0, 0));
    }

    @Test
    void aWrongDigestIsRefused() {
        Gram gram = staged(0, 160);
        gram.slab[7] ^= 1;
        requireClosed(DIGEST_MISMATCH, new Frames().whole(gram));
    }

    @Test
    void aWrongDigestOfBytesInALandingIsRefused() {
        Gram gram = placed(0, 0, 160);
        gram.slab[159] ^= 1;
        requireClosed(DIGEST_MISMATCH, new Frames().head(gram).chunk(gram, 0, 160, 1, 0));
    }

    // heads

    @Test
    void descriptorsThatDoNotAddUpAreRefused() {
        requireClosed(PROTOCOL_VIOLATION, new Frames().whole(placed(0, 0, 160).descriptor(0, 0, 159)));
    }

    @Test
    void anEmptyDescriptorIsRefused() {
        Gram gram = new Gram(0, new byte[32], 2).descriptor(0, 0, 32).descriptor(1, 32, 0);
        gram.header.blobId(1);
        requireClosed(PROTOCOL_VIOLATION, new Frames().whole(gram));
    }

    @Test
    void aLandingWithoutDescriptorsIsRefused() {
        Gram gram = staged(0, 160);
        gram.header.blobId(1);
        requireClosed(PROTOCOL_VIOLATION, new Frames().whole(gram));
    }

    @Test
    void modesThatAreSetAsideAreRefused() {
        Gram gram = staged(0, 160);
        gram.header.mode(1);
        requireClosed(PROTOCOL_VIOLATION, new Frames().whole(gram));
    }

    @Test
    void unknownFlagsOfAGramAreRefused() {
        Gram gram = staged(0, 160);
        gram.header.flags(gram.header.flags() | 4);
        requireClosed(PROTOCOL_VIOLATION, new Frames().whole(gram));
    }

    @Test
    void aLaneBeyondTheLastIsRefused() {
        Gram gram = staged(0, 160);
        gram.header.lane(256);
        requireClosed(PROTOCOL_VIOLATION, new Frames().whole(gram));
    }

    @Test
    void aTableLengthThatIsNoTableIsRefused() {
        // 40 bytes of slab are claimed to be a table of two and a half descriptors
        Frames frames = new Frames().whole(staged(0, 40));
        byte[] bytes = frames.bytes();
        bytes[4 + 16] = 0;
        bytes[4 + 20] = 40;
        Frames spoilt = new Frames();
        for (byte value : bytes) {
            spoilt.raw(value);
        }
        requireClosed(PROTOCOL_VIOLATION, spoilt);
    }

    // lanes

    @Test
    void anOrderedGramOnAnUnorderedLaneIsRefused() {
        peer.send(new Frames().whole(staged(0, 10)));
        application.delivered.clear();
        requireClosed(GRAM_INCONSISTENT, new Frames().whole(staged(1, 10).ordered(1, 0)));
    }

    @Test
    void anUnorderedGramOnAnOrderedLaneIsRefused() {
        peer.send(new Frames().whole(staged(0, 10).ordered(1, 5)));
        requireClosed(GRAM_INCONSISTENT, new Frames().whole(staged(1, 10)));
    }

    @Test
    void aPlaceInTheOrderThatIsTakenIsRefused() {
        peer.send(new Frames().whole(staged(0, 10).ordered(1, 5)));
        requireClosed(GRAM_INCONSISTENT, new Frames().whole(staged(1, 10).ordered(1, 5)));
    }

    @Test
    void aPlaceInTheOrderThatIsPastIsRefused() {
        peer.send(new Frames().whole(staged(0, 10).ordered(1, 0)));
        application.delivered.clear();
        requireClosed(GRAM_INCONSISTENT, new Frames().whole(staged(1, 10).ordered(1, 0)));
    }

    @Test
    void anUnorderedGramWithASequenceIsRefused() {
        Gram gram = staged(0, 10);
        gram.header.laneSequence(1);
        requireClosed(PROTOCOL_VIOLATION, new Frames().whole(gram));
    }

    @Test
    void gramsThatWaitForTheirPredecessorHoldTheGramWindow() {
        for (int i = 0; i < Engines.TIGHT_GRAM_WINDOW - 1; i++) {
            peer.send(new Frames().whole(staged(i, 10).ordered(1, i + 1)));
        }
        assertThat(peer.isClosed()).isFalse();
        peer.advance(SECOND);
        assertThat(peer.creditGramsMax).isEqualTo(Engines.TIGHT_GRAM_WINDOW);
        peer.send(new Frames().whole(staged(3, 10).ordered(1, 4)));
        assertThat(peer.isClosed()).as("after a duplicate of a gram that waits").isFalse();
        assertThat(application.delivered).isEmpty();
        peer.send(new Frames().whole(staged(Engines.TIGHT_GRAM_WINDOW - 1, 10).ordered(1, 0)));
        assertThat(application.delivered).hasSize(Engines.TIGHT_GRAM_WINDOW);
        peer.advance(SECOND);
        assertThat(peer.creditGramsMax).isEqualTo(2 * Engines.TIGHT_GRAM_WINDOW);
    }

    @Test
    void aGramBeyondThoseThatWaitForTheirPredecessorIsRefused() {
        for (int i = 0; i < Engines.TIGHT_GRAM_WINDOW; i++) {
            peer.send(new Frames().whole(staged(i, 10).ordered(1, i + 1)));
        }
        requireClosed(
                LIMIT_EXCEEDED,
                new Frames().whole(staged(Engines.TIGHT_GRAM_WINDOW, 10).ordered(1, 0)));
    }

    /** Sends frames of which the last breaks a rule, and behind them a gram that breaks none. */
    private void requireClosed(int reason, Frames frames) {
        Gram innocent = staged(5, 33);
        innocent.header.lane(UNUSED_LANE);
        peer.send(frames.whole(innocent));
        assertThat(ReasonCode.name(peer.closeReason)).isEqualTo(ReasonCode.name(reason));
        assertThat(application.closed).isTrue();
        assertThat(application.closedByPeer).isFalse();
        assertThat(ReasonCode.name(application.closeReason)).isEqualTo(ReasonCode.name(reason));
        assertThat(application.delivered).isEmpty();
        landing.requireUntouchedFence();
        peer.advance(60 * SECOND);
        assertThat(peer.victim.endpoint.connectionCount()).isZero();
        assertThat(peer.victim.endpoint.deadlineNs()).isEqualTo(Timed.NEVER);
    }
}
