package io.packetfs.bench;

import io.packetfs.protocol.crypto.AeadPacketOpener;
import io.packetfs.protocol.crypto.AeadPacketSealer;
import io.packetfs.protocol.crypto.ChecksumPacketOpener;
import io.packetfs.protocol.crypto.ChecksumPacketSealer;
import io.packetfs.protocol.crypto.CipherSuite;
import io.packetfs.protocol.crypto.PacketOpener;
import io.packetfs.protocol.crypto.PacketSealer;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What protecting a full packet costs by itself, per packet: the floor under {@link PacketPathBenchmark}. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xmx1g", "-XX:+UseSerialGC"})
public class ProtectionBenchmark {
    private static final int PACKETS = 256;
    private static final int PACKET_BYTES = 1_456;
    private static final int STEP_BYTES = 1_472;

    /** Packets side by side as in trains, and the two ends of one direction. */
    @State(Scope.Thread)
    public static class Packets {
        @Param({"CHECKSUM", "AES_256_GCM", "CHACHA20_POLY1305"})
        public PacketPathBenchmark.Protection protection;

        private final byte[] array = new byte[PACKETS * STEP_BYTES];
        private PacketSealer sealer;
        private PacketOpener opener;
        private long number;

        @Setup(Level.Trial)
        public void makeKeys() {
            byte[] secret = new byte[CipherSuite.KEY_BYTES];
            switch (protection) {
                case CHECKSUM -> {
                    sealer = new ChecksumPacketSealer();
                    opener = new ChecksumPacketOpener();
                }
                case AES_256_GCM -> use(CipherSuite.AES_256_GCM, secret);
                case CHACHA20_POLY1305 -> use(CipherSuite.CHACHA20_POLY1305, secret);
            }
        }

        private void use(CipherSuite suite, byte[] secret) {
            sealer = new AeadPacketSealer(suite, secret);
            opener = new AeadPacketOpener(suite, secret);
        }

        private void seal() {
            for (int i = 0; i < PACKETS; i++) {
                sealer.seal(array, i * STEP_BYTES, PACKET_BYTES, number + i);
            }
        }

        private int open() {
            int opened = 0;
            for (int i = 0; i < PACKETS; i++) {
                opened += opener.open(array, i * STEP_BYTES, PACKET_BYTES + sealer.overheadBytes(), number + i);
            }
            number += PACKETS;
            return opened;
        }
    }

    /** As {@link Packets}, sealed before each measurement. */
    @State(Scope.Thread)
    public static class SealedPackets extends Packets {
        @Setup(Level.Invocation)
        public void sealAll() {
            super.seal();
        }
    }

    @Benchmark
    @OperationsPerInvocation(PACKETS)
    public long seal(Packets packets) {
        packets.seal();
        packets.number += PACKETS;
        return packets.number;
    }

    @Benchmark
    @OperationsPerInvocation(PACKETS)
    public int open(SealedPackets packets) {
        return ((Packets) packets).open();
    }

    /** The check sum that every gram bears, over the payload of a packet. */
    @Benchmark
    @OperationsPerInvocation(PACKETS)
    public long crc32cOfPayload(Digest digest) {
        for (int i = 0; i < PACKETS; i++) {
            digest.crc.update(digest.array, i * STEP_BYTES, EnginesInMemory.PAYLOAD_BYTES);
        }
        return digest.crc.getValue();
    }

    /** The digest and the bytes it is taken over. */
    @State(Scope.Thread)
    public static class Digest {
        private final byte[] array = new byte[PACKETS * STEP_BYTES];
        private final CRC32C crc = new CRC32C();
    }
}
