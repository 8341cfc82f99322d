package io.packetfs.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.packetfs.protocol.crypto.AeadPacketOpener;
import io.packetfs.protocol.crypto.AeadPacketSealer;
import io.packetfs.protocol.crypto.ChecksumPacketOpener;
import io.packetfs.protocol.crypto.ChecksumPacketSealer;
import io.packetfs.protocol.crypto.CipherSuite;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** The packet path allocates nothing once it is warm. */
class AllocationTest {
    private static final int ROUNDS = 20;
    private static final int PACKETS = 10_000;

    private final byte[] packet = new byte[1_472];
    private final AckFrame ack = new AckFrame();

    /** The fewest bytes that {@link #PACKETS} runs took, over rounds in which the compiler catches up. */
    private static long leastBytes(Runnable perPacket) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < PACKETS; i++) {
                perPacket.run();
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }

    @Test
    void readingFramesAllocatesNothing() {
        int length = writePacket();
        FrameReader reader = new FrameReader();
        CountingHandler handler = new CountingHandler();

        long bytes = leastBytes(() -> reader.read(packet, PacketHeader.BYTES, length, handler));

        assertThat(handler.frames).isEqualTo(8L * ROUNDS * PACKETS);
        assertThat(bytes).isLessThan(PACKETS);
    }

    @Test
    void writingFramesAllocatesNothing() {
        HeadFrame head = new HeadFrame();
        fillAck();

        long bytes = leastBytes(() -> {
            PacketHeader.write(packet, 0, PacketHeader.TYPE_PROTECTED, 0, 1_440, 7, 9);
            int at = PacketHeader.BYTES + ack.write(packet, PacketHeader.BYTES, 200);
            head.wrap(packet, at)
                    .applyDefaults()
                    .length(48)
                    .gramId(5)
                    .headLength(48)
                    .slabLength(160);
            at += HeadFrame.BYTES + 48;
            ChunkFrame.write(packet, at, 160, 0, 5, 0, 0, 48, 160);
        });

        assertThat(bytes).isLessThan(PACKETS);
    }

    @Test
    void checksummingAllocatesNothing() {
        ChecksumPacketSealer sealer = new ChecksumPacketSealer();
        ChecksumPacketOpener opener = new ChecksumPacketOpener();

        long bytes = leastBytes(() -> {
            sealer.seal(packet, 0, 1_400, 0);
            opener.open(packet, 0, 1_404, 0);
        });

        assertThat(opener.wrongTags()).isZero();
        assertThat(bytes).isLessThan(PACKETS);
    }

    @Test
    void sealingAllocatesNoMoreThanTheCipherOfTheJdkDoes() throws GeneralSecurityException {
        long cipherBytes = leastBytes(bareCipher());
        AeadPacketSealer sealer = new AeadPacketSealer(CipherSuite.AES_256_GCM, new byte[32]);
        AeadPacketOpener opener = new AeadPacketOpener(CipherSuite.AES_256_GCM, new byte[32]);
        long[] number = {0};

        long bytes = leastBytes(() -> {
            sealer.seal(packet, 0, 1_400, number[0]);
            opener.open(packet, 0, 1_416, number[0]++);
        });

        assertThat(opener.wrongTags()).isZero();
        assertThat(bytes).isLessThan(cipherBytes);
    }

    /** Seals and opens with nothing around it. */
    private Runnable bareCipher() throws GeneralSecurityException {
        Cipher encrypt = Cipher.getInstance("AES/GCM/NoPadding");
        Cipher decrypt = Cipher.getInstance("AES/GCM/NoPadding");
        SecretKeySpec key = new SecretKeySpec(new byte[32], "AES");
        byte[] nonce = new byte[12];
        ByteBuffer counter = ByteBuffer.wrap(nonce);
        return () -> {
            try {
                counter.putLong(4, counter.getLong(4) + 1);
                encrypt.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(128, nonce));
                encrypt.updateAAD(packet, 0, 16);
                encrypt.doFinal(packet, 16, 1_384, packet, 16);
                decrypt.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(128, nonce));
                decrypt.updateAAD(packet, 0, 16);
                decrypt.doFinal(packet, 16, 1_400, packet, 16);
            } catch (GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        };
    }

    private void fillAck() {
        ack.clear().ackDelayUs(25).ecn(1, 2, 3);
        for (int i = 0; i < 20; i++) {
            ack.ranges().add(100_000 - 100L * i, 100_050 - 100L * i);
        }
    }

    /** ACK, CREDIT, ACK_FREQUENCY, HEAD, CHUNK, PING and PADDING; returns their length. */
    private int writePacket() {
        fillAck();
        int at = PacketHeader.BYTES;
        at += ack.write(packet, at, 400);
        at += FrameWriter.writeCredit(packet, at, 1 << 20, 64);
        at += FrameWriter.writeAckFrequency(packet, at, 10, 25_000);
        at += FrameWriter.writePathChallenge(packet, at, 12);
        at += FrameWriter.writePathResponse(packet, at, -1);
        new HeadFrame()
                .wrap(packet, at)
                .applyDefaults()
                .length(48)
                .gramId(5)
                .headLength(48)
                .slabLength(160);
        at += HeadFrame.BYTES + 48;
        ChunkFrame.write(packet, at, 160, 0, 5, 0, 0, 48, 160);
        at += ChunkFrame.BYTES + 160;
        at += FrameWriter.writePing(packet, at);
        at += FrameWriter.writePadding(packet, at, 20);
        return at - PacketHeader.BYTES;
    }

    private static final class CountingHandler implements FrameHandler {
        private long frames;

        private int count() {
            frames++;
            return ReasonCode.NO_ERROR;
        }

        @Override
        public int onPing() {
            return count();
        }

        @Override
        public int onAck(AckFrame ack) {
            return count();
        }

        @Override
        public int onAckFrequency(int packets, long maxDelayUs) {
            return count();
        }

        @Override
        public int onCredit(long bytesMax, long gramsMax) {
            return count();
        }

        @Override
        public int onClose(int reason, String message) {
            return count();
        }

        @Override
        public int onPathChallenge(long data) {
            return count();
        }

        @Override
        public int onPathResponse(long data) {
            return count();
        }

        @Override
        public int onHead(HeadFrame head) {
            return count();
        }

        @Override
        public int onChunk(ChunkFrame chunk) {
            return count();
        }

        @Override
        public int onPiece(PieceFrame piece) {
            return count();
        }

        @Override
        public int onGram(GramFrame gram) {
            return count();
        }
    }
}
