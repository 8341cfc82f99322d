package io.packetfs.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.blob.HeapBlob;
import io.packetfs.protocol.ChunkFrame;
import io.packetfs.protocol.FrameType;
import io.packetfs.protocol.GramLimits;
import io.packetfs.protocol.PieceFrame;
import io.packetfs.repair.SentFrames;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Packets that a sender of grams writes in a row are those that it would write one by one. */
class SendRowTest {
    private static final int BLOB_BYTES = 200_000;
    private static final int ROOM = 1_000;
    private static final int PIECE_BYTES = ROOM - PieceFrame.BYTES;
    private static final int CHUNK_BYTES = ROOM - 8 - ChunkFrame.BYTES;

    /** A sender of grams, and the packets that it has written. */
    private static final class Side {
        final SentFrames sent = new SentFrames();
        final SendCredit credit = new SendCredit(1 << 24, 64);
        final GramSender sender = new GramSender(64, GramLimits.DEFAULTS, credit, sent, gram -> {});
        int packets;

        void offer(OutboundGram gram) {
            assertThat(sender.offer(gram)).isTrue();
        }

        byte[] write(int room, int roomFull) {
            byte[] packet = new byte[roomFull];
            sent.begin(packets++);
            return Arrays.copyOf(packet, sender.write(packet, 0, room, roomFull));
        }

        /** Writes the first packets of the row that may be begun, at most so many. */
        List<byte[]> writeRow(int room, int countMax) {
            List<byte[]> row = new ArrayList<>();
            for (int left = Math.min(countMax, sender.beginRow(room)); left > 0; left--) {
                byte[] packet = new byte[room];
                sender.writeInRow(packet, 0);
                row.add(packet);
            }
            if (!row.isEmpty()) {
                sender.endRow(packets, row.size());
                packets += row.size();
            }
            return row;
        }

        List<String> records(int packet) {
            List<String> records = new ArrayList<>();
            for (long record = sent.first(packet); record < sent.end(packet); record++) {
                records.add(sent.kind(record) + " " + sent.gramId(record) + " " + sent.position(record) + " "
                        + sent.length(record));
            }
            return records;
        }

        void acknowledge(int packet) {
            for (long record = sent.first(packet); record < sent.end(packet); record++) {
                sender.onAcknowledged(
                        sent.kind(record), sent.gramId(record), sent.position(record), sent.length(record));
            }
            sender.settleAcknowledged();
        }

        void lose(int packet) {
            for (long record = sent.first(packet); record < sent.end(packet); record++) {
                sender.onLost(sent.kind(record), sent.gramId(record), sent.position(record), sent.length(record));
            }
        }
    }

    private final HeapBlob source = new HeapBlob(BLOB_BYTES);
    private final Side row = new Side();

    SendRowTest() {
        new SplittableRandom(5).nextBytes(source.array());
    }

    @Property(tries = 300)
    void aRowIsWhatWouldBeWrittenOneByOne(@ForAll long seed) {
        new SendRowTest().compare(new SplittableRandom(seed));
    }

    private void compare(SplittableRandom random) {
        Side single = new Side();
        for (int i = 0; i < 12; i++) {
            offerToBoth(random, single);
        }
        int room = ROOM;
        for (int step = 0; step < 1_000 && !row.sender.isIdle(); step++) {
            switch (random.nextInt(6)) {
                case 0, 1 -> writeRow(random, single, room);
                case 2 -> writeOne(random, single, room);
                case 3 -> {
                    int packet = random.nextInt(row.packets + 1) - 1;
                    for (int i = Math.max(0, packet - random.nextInt(30)); i <= packet; i++) {
                        row.acknowledge(i);
                        single.acknowledge(i);
                    }
                }
                case 4 -> {
                    if (row.packets > 0 && random.nextInt(4) == 0) {
                        int packet = random.nextInt(row.packets);
                        row.lose(packet);
                        single.lose(packet);
                    }
                }
                default -> {
                    int underWay = random.nextInt(100_000);
                    row.sender.underWay(underWay);
                    single.sender.underWay(underWay);
                    room = random.nextInt(5) == 0 ? random.nextInt(60, 1_400) : room;
                }
            }
            assertThat(row.sender.hasWork()).isEqualTo(single.sender.hasWork());
        }
        for (int packet = 0; packet < row.packets; packet++) {
            assertThat(row.records(packet)).isEqualTo(single.records(packet));
        }
    }

    private void offerToBoth(SplittableRandom random, Side single) {
        int lane = 1 + random.nextInt(2);
        int bytes = 1 + random.nextInt(random.nextInt(3) == 0 ? 1_500 : 60_000);
        int offset = random.nextInt(BLOB_BYTES - bytes);
        boolean placed = random.nextInt(4) > 0;
        for (Side side : List.of(row, single)) {
            side.offer(
                    placed
                            ? OutboundGram.placed(lane, 1, source, offset, bytes)
                            : OutboundGram.staged(
                                    lane, false, Arrays.copyOfRange(source.array(), offset, offset + bytes)));
        }
    }

    private void writeRow(SplittableRandom random, Side single, int room) {
        for (byte[] packet : row.writeRow(room, random.nextInt(1, 100))) {
            assertThat(packet).isEqualTo(single.write(room, room));
            assertThat(single.sender.wroteRepair()).isFalse();
        }
    }

    private void writeOne(SplittableRandom random, Side single, int room) {
        int taken = random.nextInt(4) == 0 ? random.nextInt(50) : 0; // by other frames
        assertThat(row.write(room - taken, room)).isEqualTo(single.write(room - taken, room));
    }

    @Test
    void allOfASlabButItsEndGoesInARow() {
        row.offer(OutboundGram.placed(1, 1, source, 0, 100 * PIECE_BYTES));
        assertThat(row.sender.beginRow(ROOM)).as("before the head").isZero();
        row.write(ROOM, ROOM);
        row.acknowledge(0);
        int unsent = 100 * PIECE_BYTES - slabBytesOf(0);

        assertThat(row.sender.beginRow(ROOM))
                .isEqualTo((unsent - 1) / PIECE_BYTES)
                .isGreaterThan(90);
        assertThat(row.writeRow(ROOM, 1).getFirst()[0]).isEqualTo((byte) FrameType.PIECE);
        assertThat(row.sender.beginRow(ROOM)).isEqualTo((unsent - 1) / PIECE_BYTES - 1);
    }

    @Test
    void chunksGoInARowWhileTheHeadIsNotKnownToBeThere() {
        row.offer(OutboundGram.placed(1, 1, source, 0, 50_000));
        row.write(ROOM - 8, ROOM - 8);
        int unsent = 50_000 - slabBytesOf(0);

        assertThat(row.sender.beginRow(ROOM - 8))
                .isEqualTo((unsent - 1) / CHUNK_BYTES)
                .isGreaterThan(40);
        assertThat(row.writeRow(ROOM - 8, 1).getFirst()[0]).isEqualTo((byte) FrameType.CHUNK);
    }

    @Test
    void aRowEndsWhereTheNextHeadIsDue() {
        row.offer(OutboundGram.placed(1, 1, source, 0, 150_000));
        row.offer(OutboundGram.placed(1, 1, source, 0, 20_000));
        row.write(ROOM, ROOM);
        row.acknowledge(0);
        row.sender.underWay(36_000); // and 64 KiB ahead of those

        int unsent = 150_000 - slabBytesOf(0);
        int untilHead = unsent - 36_000 - 65_536;
        int count = row.sender.beginRow(ROOM);
        assertThat(count).isEqualTo(Math.ceilDiv(untilHead, PIECE_BYTES)).isGreaterThan(40);
        row.writeRow(ROOM, count);
        assertThat(row.sender.beginRow(ROOM)).isZero();
        assertThat(row.write(ROOM, ROOM)[0]).isEqualTo((byte) FrameType.HEAD);
    }

    @Test
    void aRepairGoesFirst() {
        row.offer(OutboundGram.placed(1, 1, source, 0, 50_000));
        row.write(ROOM, ROOM);
        row.acknowledge(0);
        assertThat(row.writeRow(ROOM, 1)).isNotEmpty();
        row.lose(1);

        assertThat(row.sender.beginRow(ROOM)).isZero();
    }

    @Test
    void packetsThatNoWholeGrainsFillGoOneByOne() {
        row.offer(OutboundGram.placed(1, 1, source, 0, 50_000));
        row.write(ROOM, ROOM);
        row.acknowledge(0);

        assertThat(row.sender.beginRow(ROOM - 1)).isZero();
        assertThat(row.sender.beginRow(PieceFrame.BYTES + 56)).isZero();
    }

    /** How many bytes of a slab are in a packet. */
    private int slabBytesOf(int packet) {
        int bytes = 0;
        for (long record = row.sent.first(packet); record < row.sent.end(packet); record++) {
            bytes += row.sent.kind(record) == SentFrames.CHUNK ? row.sent.length(record) : 0;
        }
        return bytes;
    }
}
