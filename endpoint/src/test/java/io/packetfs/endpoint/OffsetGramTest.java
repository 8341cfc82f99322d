package io.packetfs.endpoint;

import static io.packetfs.endpoint.EnginePair.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packetfs.blob.HeapBlob;
import io.packetfs.protocol.DescriptorList;
import io.packetfs.protocol.GramHeader;
import io.packetfs.protocol.ReasonCode;
import io.packetfs.protocol.crypto.CipherSuite;
import io.packetfs.sim.LinkSettings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Grams of which only the descriptors travel, because both sides hold the bytes. */
class OffsetGramTest {
    private static final int GRAMS = 40;
    private static final int DESCRIPTORS = 300;
    private static final long BLOB_BYTES = 1L << 30;
    private static final CommonBlob SHARED = new CommonBlob(77, new PatternBlob(BLOB_BYTES));
    private static final EndpointConfig CONFIG =
            Engines.config().toBuilder().commonBlob(SHARED).build();

    /** What a gram said, as text: its lane, its descriptors, what its digest is, and its program. */
    private static final class Receiver implements ConnectionListener {
        final List<String> delivered = new ArrayList<>();
        final HeapBlob landing = new HeapBlob(1 << 16);
        long payloadBytes;
        int reason = -1;

        @Override
        public void onConnected(Connection connection) {
            connection.registerLanding(3, landing);
        }

        @Override
        public void onGramDelivered(Connection connection, DeliveredGram gram) {
            StringBuilder text = new StringBuilder().append(gram.blobId());
            for (int i = 0; i < gram.descriptorCount(); i++) {
                text.append(' ').append(gram.descriptorOffset(i)).append('+').append(gram.descriptorLength(i));
            }
            text.append(' ').append(gram.digest());
            if (gram.hasProgram()) {
                text.append(' ').append(new String(gram.takeSlab(), StandardCharsets.UTF_8));
            }
            delivered.add(text.toString());
            payloadBytes += gram.payloadBytes();
        }

        @Override
        public void onGramAcknowledged(Connection connection, OutboundGram gram) {}

        @Override
        public void onWritable(Connection connection) {}

        @Override
        public void onClosed(Connection connection, int reason, String message, boolean byPeer) {
            this.reason = reason;
        }
    }

    private final Recorder client = new Recorder();
    private final Receiver server = new Receiver();

    private EnginePair pair(EndpointConfig clientConfig, EndpointConfig serverConfig) {
        EnginePair pair = new EnginePair(9, clientConfig, serverConfig, CipherSuite.AES_256_GCM, false)
                .links(LinkSettings.builder().delayMs(5).lossProbability(0.03).build());
        pair.connect(client, connection -> server);
        return pair;
    }

    private static int digest(DescriptorList list) {
        CRC32C crc = new CRC32C();
        for (int i = 0; i < list.count(); i++) {
            SHARED.source().updateDigest(crc, list.offset(i), list.length(i));
        }
        return (int) crc.getValue();
    }

    @ParameterizedTest(name = "mode {0}, ordered {1}")
    @CsvSource({"1, false", "1, true", "2, false", "2, true"})
    void deliversTheDescriptorsWhateverGetsLost(int mode, boolean ordered) {
        SplittableRandom random = new SplittableRandom(mode);
        List<String> expected = new ArrayList<>();
        for (int g = 0; g < GRAMS; g++) {
            DescriptorList list = new DescriptorList();
            StringBuilder text = new StringBuilder("0");
            long stride = random.nextInt(3) * 512L;
            long offset = random.nextLong(BLOB_BYTES / 2);
            for (int i = 0; i < DESCRIPTORS; i++) {
                list.add(offset, 1 + (i & g));
                text.append(' ').append(offset).append('+').append(1 + (i & g));
                offset = stride == 0 ? random.nextLong(BLOB_BYTES / 2) : offset + stride;
            }
            int digest = digest(list);
            OutboundGram gram = OutboundGram.descriptors(4, ordered, 0, mode, list);
            client.send(g % 2 == 0 ? gram : gram.withDigest(digest));
            list.clear();
            expected.add(text.append(' ').append(digest).toString());
        }

        assertThat(pair(CONFIG, CONFIG).runUntil(client::isAllAcknowledged, 60 * SECOND))
                .as(client.toString())
                .isTrue();

        if (ordered) {
            assertThat(server.delivered).isEqualTo(expected);
        } else {
            assertThat(server.delivered).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @Test
    void aGibibyteOfPagesTakesLessThanAThousandthOfItsBytesAndRegularOnesLessThanATenthOfThat() {
        long scattered = wireBytes(GramHeader.MODE_OFFSET, 1_000_003);
        long regular = wireBytes(GramHeader.MODE_ARITHMETIC, 1);

        assertThat(scattered).isLessThan(BLOB_BYTES / 1_000);
        assertThat(regular).isLessThan(scattered / 10);
    }

    /** What travels in both directions to name each page of the blob once, {@code step} pages apart. */
    private static long wireBytes(int mode, long step) {
        OffsetGramTest test = new OffsetGramTest();
        long pages = BLOB_BYTES / 4_096;
        DescriptorList list = new DescriptorList();
        for (long i = 0; i < pages; i++) {
            list.add(i * step % pages * 4_096, 4_096);
            if (list.count() == 1_024) {
                test.client.send(OutboundGram.descriptors(1, false, 0, mode, list));
                list.clear();
            }
        }
        EnginePair pair = new EnginePair(1, CONFIG, CONFIG, CipherSuite.AES_256_GCM, false);
        pair.connect(test.client, connection -> test.server);
        assertThat(pair.runUntil(test.client::isAllAcknowledged, 60 * SECOND)).isTrue();
        assertThat(test.server.payloadBytes).isEqualTo(BLOB_BYTES);
        ConnectionStats stats = test.client.connection.stats();
        return stats.bytesSent() + stats.bytesReceived() + 28 * (stats.packetsSent() + stats.packetsReceived());
    }

    @Test
    void aProgramComesWithItsDescriptors() {
        DescriptorList list = new DescriptorList().add(64, 64).add(0, 10);
        byte[] program = "xor:255,counteq:0".getBytes(StandardCharsets.UTF_8);
        client.send(OutboundGram.program(2, false, 3, GramHeader.MODE_OFFSET, list, program));

        assertThat(pair(CONFIG, CONFIG).runUntil(client::isAllAcknowledged, 10 * SECOND))
                .isTrue();

        CRC32C zeros = new CRC32C();
        zeros.update(new byte[74]);
        assertThat(server.delivered).containsExactly("3 64+64 0+10 " + (int) zeros.getValue() + " xor:255,counteq:0");
    }

    @Test
    void sidesThatHoldDifferentBlobsPartBeforeAnyGram() {
        client.send(OutboundGram.descriptors(1, false, 0, GramHeader.MODE_OFFSET, new DescriptorList().add(0, 1)));
        EndpointConfig other = Engines.config().toBuilder()
                .commonBlob(new CommonBlob(78, SHARED.source()))
                .build();

        EnginePair pair = pair(CONFIG, other);
        pair.runUntil(() -> client.closed && server.reason >= 0, 20 * SECOND);

        assertThat(client.closeReason).isEqualTo(ReasonCode.BLOB_MISMATCH);
        assertThat(server.delivered).isEmpty();
        assertThat(server.reason).isEqualTo(ReasonCode.BLOB_MISMATCH);
    }

    @ParameterizedTest
    @ValueSource(ints = {GramHeader.MODE_OFFSET, GramHeader.MODE_ARITHMETIC})
    void aDescriptorBeyondTheBlobIsAViolationAndNothingIsDelivered(int mode) {
        DescriptorList list =
                new DescriptorList().add(0, 1).add(BLOB_BYTES - 5, 6).add(1, 1);
        client.send(OutboundGram.descriptors(1, false, 0, mode, list));

        pair(CONFIG, CONFIG).runUntil(() -> client.closed, 20 * SECOND);

        assertThat(client.closeReason).isEqualTo(ReasonCode.LANDING_VIOLATION);
        assertThat(server.delivered).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9})
    void descriptorsOfABlobThatIsNotThereAreAViolation(int blobId) {
        DescriptorList list = new DescriptorList().add(0, 1);
        client.send(OutboundGram.descriptors(1, false, blobId, GramHeader.MODE_ARITHMETIC, list));

        pair(CONFIG, Engines.config()).runUntil(() -> client.closed, 20 * SECOND);

        assertThat(client.closeReason).isEqualTo(ReasonCode.LANDING_VIOLATION);
        assertThat(server.delivered).isEmpty();
    }

    @Test
    void bytesThatAreNotWhatTheSenderTakesThemForAreADigestMismatch() {
        DescriptorList list = new DescriptorList().add(0, 100);
        client.send(OutboundGram.descriptors(1, false, 0, GramHeader.MODE_OFFSET, list)
                .withDigest(digest(list) + 1));

        pair(CONFIG, CONFIG).runUntil(() -> client.closed, 20 * SECOND);

        assertThat(client.closeReason).isEqualTo(ReasonCode.DIGEST_MISMATCH);
        assertThat(server.delivered).isEmpty();
        assertThat(client.acknowledged).isEmpty();
    }

    @Test
    void moreThanThePeerTakesIsRefusedWhenItIsOffered() {
        DescriptorList list = new DescriptorList();
        for (int i = 0; i < 1_025; i++) {
            list.add(i, 1);
        }
        EnginePair pair = pair(CONFIG, CONFIG);
        assertThat(pair.runUntil(() -> client.connection != null, 10 * SECOND)).isTrue();

        assertThatThrownBy(() -> client.send(OutboundGram.descriptors(1, false, 0, GramHeader.MODE_OFFSET, list)))
                .hasMessageContaining("1025 descriptors");
        assertThatThrownBy(() -> OutboundGram.descriptors(1, false, 0, GramHeader.MODE_PAYLOAD, list))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> OutboundGram.program(1, false, 0, GramHeader.MODE_OFFSET, list, new byte[4_097]))
                .hasMessageContaining("4097 bytes");
    }
}
