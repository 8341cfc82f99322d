package io.packetfs.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.packetfs.protocol.PacketHeader;
import io.packetfs.protocol.crypto.AeadPacketOpener;
import io.packetfs.protocol.crypto.AeadPacketSealer;
import io.packetfs.protocol.crypto.CipherSuite;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** Whole engines allocate nothing for a packet, from the gram that is offered to its acknowledgement, once they are warm. */
class EngineAllocationTest {
    private static final int ROUNDS = 40;
    private static final int BATCHES = 150;
    private static final long PACKETS = (long) BATCHES * EnginesInMemory.BATCH_PACKETS;

    /** The fewest bytes that a round took, over rounds in which the compiler catches up. */
    private static long leastBytes(Runnable round) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < ROUNDS; i++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            round.run();
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }

    /** Unlike assertions of the library, allocates nothing. */
    private static void require(boolean holds) {
        if (!holds) {
            throw new AssertionError("the batch did not go through whole");
        }
    }

    private static Runnable transfer(EnginesInMemory engines) {
        return () -> {
            long before = engines.deliveredBytes();
            for (int i = 0; i < BATCHES; i++) {
                require(engines.send() == EnginesInMemory.BATCH_PACKETS);
                require(engines.receive() == EnginesInMemory.BATCH_PACKETS);
            }
            require(engines.deliveredBytes() - before > PACKETS * EnginesInMemory.PAYLOAD_BYTES / 2);
        };
    }

    @Test
    void checksummedPacketsAllocateNothing() {
        EnginesInMemory engines = new EnginesInMemory(CipherSuite.AES_256_GCM, true);

        assertThat(leastBytes(transfer(engines))).isLessThan(PACKETS / 50);
    }

    /** What the JDK's cipher takes for each packet cannot be helped; there are a few acknowledgements besides. */
    @Test
    void sealedPacketsAllocateWhatTheCipherDoes() {
        EnginesInMemory engines = new EnginesInMemory(CipherSuite.AES_256_GCM, false);

        long bytes = leastBytes(transfer(engines));

        assertThat(bytes).isLessThan(leastBytes(protection()) * 102 / 100);
    }

    private static Runnable protection() {
        AeadPacketSealer sealer = new AeadPacketSealer(CipherSuite.AES_256_GCM, new byte[CipherSuite.KEY_BYTES]);
        AeadPacketOpener opener = new AeadPacketOpener(CipherSuite.AES_256_GCM, new byte[CipherSuite.KEY_BYTES]);
        byte[] packet = new byte[1_472];
        long[] number = {0};
        return () -> {
            for (int i = 0; i < PACKETS; i++) {
                sealer.seal(packet, 0, 1_456, number[0]);
                require(opener.open(packet, 0, 1_472, number[0]++) == 1_456 - PacketHeader.BYTES);
            }
        };
    }
}
