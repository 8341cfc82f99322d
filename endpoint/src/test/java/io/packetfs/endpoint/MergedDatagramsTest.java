package io.packetfs.endpoint;

import static io.packetfs.endpoint.Frames.Gram.staged;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Several datagrams in one buffer are read as so many, whether or not the carrier knows where they end. */
class MergedDatagramsTest {
    private static final int SIZE_UNKNOWN = 0;
    private static final int DATAGRAMS = 40;
    private static final int DAMAGED = 17;
    private static final int LENGTH_OFFSET = 2;

    private final Recorder application = new Recorder();
    private final HostilePeer peer = new HostilePeer(Engines.tight(), application);
    private final List<byte[]> datagrams = new ArrayList<>();

    MergedDatagramsTest() {
        for (int i = 0; i < DATAGRAMS; i++) {
            datagrams.add(peer.seal(i + 1, new Frames().whole(staged(i, 100))));
        }
    }

    @Test
    void datagramsOfKnownSizeAreReadOneByOne() {
        receive(segmentBytes());
        assertThat(application.delivered).hasSize(DATAGRAMS);
        requireRejected(0, 0);
    }

    @Test
    void datagramsOfUnknownSizeAreReadOneByOne() {
        receive(SIZE_UNKNOWN);
        assertThat(application.delivered).hasSize(DATAGRAMS);
        requireRejected(0, 0);
    }

    @Test
    void datagramsOfDifferentSizesAreReadOneByOneByTheirLengths() {
        datagrams.add(7, peer.seal(100, new Frames().whole(staged(DATAGRAMS, 777))));
        datagrams.add(peer.seal(101, new Frames().whole(staged(DATAGRAMS + 1, 1))));
        receive(SIZE_UNKNOWN);
        assertThat(application.delivered).hasSize(DATAGRAMS + 2);
        requireRejected(0, 0);
    }

    @Test
    void aShorterLastDatagramIsRead() {
        datagrams.add(peer.seal(101, new Frames().whole(staged(DATAGRAMS, 1))));
        receive(segmentBytes());
        assertThat(application.delivered).hasSize(DATAGRAMS + 1);
        requireRejected(0, 0);
    }

    @Test
    void aLengthThatIsTooLongSpoilsOneDatagramOfKnownSize() {
        datagrams.get(DAMAGED)[LENGTH_OFFSET]++;
        receive(segmentBytes());
        assertThat(application.delivered).hasSize(DATAGRAMS - 1);
        requireRejected(1, 0);
    }

    @Test
    void aLengthThatIsTooShortSpoilsOneDatagramOfKnownSize() {
        datagrams.get(DAMAGED)[LENGTH_OFFSET]--;
        receive(segmentBytes());
        assertThat(application.delivered).hasSize(DATAGRAMS - 1);
        // what its length leaves over is too short for a header
        requireRejected(1, 1);
    }

    @Test
    void aDamagedLengthInABufferOfUnknownSizesSpoilsNothingBeforeIt() {
        datagrams.get(DAMAGED)[LENGTH_OFFSET + 1] = 0x7f;
        receive(SIZE_UNKNOWN);
        assertThat(application.delivered).hasSize(DAMAGED);
        requireRejected(1, 0);
        peer.send(new Frames().ping());
        assertThat(peer.isClosed()).isFalse();
    }

    @Test
    void aRemainderThatIsShorterThanAHeaderIsCounted() {
        datagrams.add(new byte[15]);
        receive(SIZE_UNKNOWN);
        assertThat(application.delivered).hasSize(DATAGRAMS);
        requireRejected(1, 0);
    }

    private void receive(int segmentBytes) {
        ByteArrayOutputStream buffer = new ByteArrayOutputStream();
        datagrams.forEach(buffer::writeBytes);
        peer.victim.receive(HostilePeer.ADDRESS, buffer.toByteArray(), segmentBytes);
    }

    private int segmentBytes() {
        return datagrams.getFirst().length;
    }

    private void requireRejected(long truncated, long discarded) {
        assertThat(peer.victim.endpoint.stats().truncated()).isEqualTo(truncated);
        assertThat(peer.connection.stats().packetsDiscarded()).isEqualTo(discarded);
        assertThat(peer.victim.endpoint.stats().foreign()).isZero();
    }
}
