package io.packetfs.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.blob.HeapBlob;
import io.packetfs.blob.Landing;
import io.packetfs.blob.LandingException;
import io.packetfs.endpoint.Frames.Gram;
import io.packetfs.protocol.GramHeader;
import io.packetfs.protocol.ReasonCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Packets of a merged buffer, which are read in rows where they are alike, have the effect of the same packets one by one. */
class PacketRowTest {
    private static final int LANDING_BYTES = 1 << 20;
    private static final int GRAMS = 12;
    private static final int DATAGRAMS_PER_BUFFER_MAX = 44;

    /** An engine with its application, and what fed it. */
    private static final class Side {
        final HeapBlob landing = new HeapBlob(LANDING_BYTES);
        final Recorder application;
        final HostilePeer peer;

        Side(boolean checksummed) {
            this(checksummed, null);
        }

        Side(boolean checksummed, Landing other) {
            application = new Recorder(other == null ? landing : other);
            peer = new HostilePeer(Engines.tight(), application, new Frames().ping(), checksummed);
            peer.victim.takeSent();
        }

        void takeOneByOne(List<byte[]> datagrams) {
            datagrams.forEach(datagram -> peer.victim.receiveWithoutSending(HostilePeer.ADDRESS, datagram));
        }

        void takeMerged(List<byte[]> datagrams) {
            ByteArrayOutputStream buffer = new ByteArrayOutputStream();
            datagrams.forEach(buffer::writeBytes);
            peer.victim.receive(HostilePeer.ADDRESS, buffer.toByteArray(), datagrams.getFirst().length);
        }

        List<String> takeSent() {
            return peer.victim.takeSent().stream()
                    .map(sent -> sent.destination + " " + Arrays.toString(sent.bytes))
                    .toList();
        }

        List<String> delivered() {
            return application.delivered.stream()
                    .map(gram -> gram.gramId + " " + gram.blobId + " " + gram.digest + " " + Arrays.hashCode(gram.slab))
                    .toList();
        }
    }

    private final Side merged;

    PacketRowTest() {
        merged = new Side(false);
    }

    @Property(tries = 150)
    void whateverComesHasTheEffectThatItHasOneByOne(@ForAll long seed, @ForAll boolean checksummed) {
        Random random = new Random(seed);
        Side rows = new Side(checksummed);
        Side single = new Side(checksummed);
        for (List<byte[]> buffer : buffers(random, traffic(random, rows.peer))) {
            rows.takeMerged(buffer);
            single.takeOneByOne(buffer);

            assertThat(rows.takeSent()).isEqualTo(single.takeSent());
            assertThat(rows.application.closeReason).isEqualTo(single.application.closeReason);
            rows.peer.victim.advance(300_000);
            single.peer.victim.advance(300_000);
        }
        assertThat(rows.delivered()).isEqualTo(single.delivered());
        assertThat(rows.landing.array()).isEqualTo(single.landing.array());
        assertThat(rows.peer.connection.stats()).isEqualTo(single.peer.connection.stats());
        assertThat(rows.peer.victim.packetsRead).isEqualTo(single.peer.victim.packetsRead);
        assertThat(rows.peer.victim.endpoint.stats().datagrams())
                .isEqualTo(single.peer.victim.endpoint.stats().datagrams());
        assertThat(rows.application.closeReason).isEqualTo(-1);
    }

    /** Grams in pieces and chunks as a sender sends them, and the disorder that a path makes of them. */
    private static List<byte[]> traffic(Random random, HostilePeer peer) {
        List<Frames> heads = new ArrayList<>();
        List<Frames> slabs = new ArrayList<>();
        int place = 0;
        for (int id = 0; id < GRAMS; id++) {
            int bytes = 8 * (1 + random.nextInt(100));
            int slabBytes = 1 + random.nextInt(Math.min(40 * bytes, Engines.TIGHT_DESCRIPTOR_BYTES_MAX));
            boolean staged = random.nextInt(4) == 0;
            int gap = 8 * random.nextInt(3);
            boolean inPieces = gap > 0 || random.nextBoolean();
            Gram gram = staged ? Gram.staged(id, slabBytes) : placed(random, id, place, slabBytes, gap);
            List<Frames> slab = slab(random, gram, bytes, staged ? -1 : place, inPieces);
            if (inPieces) {
                heads.add(new Frames().head(gram)); // a piece before its head is against the rules
            } else {
                slab.add(random.nextInt(slab.size() + 1), new Frames().head(gram));
            }
            slabs.addAll(slab);
            place += slabBytes + gap;
        }
        List<byte[]> datagrams = new ArrayList<>();
        long number = 1;
        for (Frames head : heads) {
            datagrams.add(peer.seal(number++, head));
        }
        datagrams.addAll(disorder(random, peer, slabs, number));
        return datagrams;
    }

    /** Packets of these frames, of which some are damaged, repeated, lost and sent anew, or late, and some numbers were never used. */
    private static List<byte[]> disorder(Random random, HostilePeer peer, List<Frames> all, long firstNumber) {
        List<byte[]> datagrams = new ArrayList<>();
        long number = firstNumber;
        for (int next = 0; next < all.size(); next++) {
            number += random.nextInt(30) == 0 ? 1 + random.nextInt(3) : 0;
            byte[] datagram = peer.seal(number++, all.get(next));
            int fate = random.nextInt(60);
            if (fate == 0) {
                byte[] damaged = datagram.clone();
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
                datagrams.add(damaged);
            } else if (fate <= 2) {
                datagrams.add(datagram);
                datagrams.add(datagram);
            } else {
                datagrams.add(datagram);
            }
            if (fate == 3) {
                next = Math.max(-1, next - random.nextInt(20)); // these were taken for lost
            }
        }
        for (Frames frames : all) {
            datagrams.add(peer.seal(number++, frames));
        }
        for (int i = 0; i + 20 < datagrams.size(); i++) {
            if (random.nextInt(50) == 0) {
                Collections.rotate(datagrams.subList(i, i + 2 + random.nextInt(18)), -1 - random.nextInt(8));
            }
        }
        return datagrams;
    }

    private static Gram placed(Random random, long id, int place, int slabBytes, int gap) {
        if (gap == 0) {
            return Gram.placed(id, place, slabBytes);
        }
        // Two descriptors with a gap between them, which a row may not cross.
        int first = random.nextInt(slabBytes + 1);
        Gram gram = new Gram(id, Gram.placed(id, place, slabBytes).slab, first == 0 || first == slabBytes ? 1 : 2);
        gram.header.blobId(1);
        if (first == 0 || first == slabBytes) {
            return gram.descriptor(0, place, slabBytes);
        }
        return gram.descriptor(0, place, first).descriptor(1, place + first + gap, slabBytes - first);
    }

    /** The slab, the frames of one packet each. */
    private static List<Frames> slab(Random random, Gram gram, int bytes, int place, boolean inPieces) {
        List<Frames> frames = new ArrayList<>();
        for (int at = 0; at < gram.slab.length; at += bytes) {
            int length = Math.min(bytes, gram.slab.length - at);
            Frames packet = new Frames();
            if (random.nextInt(40) == 0) {
                packet.ping();
            }
            if (inPieces) {
                packet.piece(gram, at, length);
            } else if (place < 0) {
                packet.chunk(gram, at, length, 0, 0);
            } else {
                packet.chunk(gram, at, length, 1, place + at);
            }
            if (!inPieces && random.nextInt(40) == 0) {
                packet.ping();
            }
            frames.add(packet);
        }
        return frames;
    }

    /** Buffers as a kernel merges them: of one size, but for the last datagram, which may be shorter. */
    private static List<List<byte[]>> buffers(Random random, List<byte[]> datagrams) {
        List<List<byte[]>> buffers = new ArrayList<>();
        ArrayDeque<byte[]> rest = new ArrayDeque<>(datagrams);
        while (!rest.isEmpty()) {
            List<byte[]> buffer = new ArrayList<>(List.of(rest.poll()));
            int size = buffer.getFirst().length;
            int countMax = 1 + random.nextInt(DATAGRAMS_PER_BUFFER_MAX);
            while (!rest.isEmpty() && buffer.size() < countMax && rest.peek().length == size) {
                buffer.add(rest.poll());
            }
            if (!rest.isEmpty() && rest.peek().length < size) {
                buffer.add(rest.poll());
            }
            buffers.add(buffer);
        }
        return buffers;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRowThatMakesAGramWholeDeliversIt(boolean inPieces) {
        Gram gram = Gram.placed(0, 512, 40 * 400);
        merged.takeMerged(List.of(merged.peer.seal(1, new Frames().head(gram))));
        List<byte[]> row = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            row.add(merged.peer.seal(
                    2 + i,
                    inPieces
                            ? new Frames().piece(gram, i * 400, 400)
                            : new Frames().chunk(gram, i * 400, 400, 1, 512 + i * 400)));
        }

        merged.takeMerged(row);

        assertThat(merged.application.delivered).hasSize(1);
        assertThat(Arrays.copyOfRange(merged.landing.array(), 512, 512 + gram.slab.length))
                .isEqualTo(gram.slab);
    }

    @Test
    void aRowOfChunksThatLeavesItsLandingIsRefusedWhereItDoes() {
        int place = LANDING_BYTES - 30 * 400;
        List<byte[]> row = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            Frames frames = new Frames().chunk(0, i * 400, 400, 1, place + i * 400, GramHeader.BYTES, 40 * 400);
            row.add(merged.peer.seal(1 + i, frames));
        }

        merged.takeMerged(row);

        assertThat(merged.application.closeReason).isEqualTo(ReasonCode.LANDING_VIOLATION);
        assertThat(merged.peer.connection.stats().packetsReceived()).isEqualTo(1 + 31);
    }

    @Test
    void aLandingThatFailsWithinARowEndsTheConnection() {
        Side failing = new Side(false, new Landing() {
            private int writes;

            @Override
            public long sizeBytes() {
                return LANDING_BYTES;
            }

            @Override
            public void write(long offset, byte[] source, int sourceOffset, int length) {
                if (++writes == 5) {
                    throw new LandingException("the disk is full", new IOException("No space left on device"));
                }
            }

            @Override
            public void updateDigest(CRC32C digest, long offset, int length) {}
        });
        Gram gram = Gram.placed(0, 0, 40 * 400);
        List<byte[]> row = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            row.add(failing.peer.seal(1 + i, new Frames().chunk(gram, i * 400, 400, 1, i * 400L)));
        }

        failing.takeMerged(row);

        assertThat(failing.application.closeReason).isEqualTo(ReasonCode.LOCAL_IO);
        assertThat(failing.application.closeMessage).contains("the disk is full");
    }
}
