package io.packetfs.bench;

import io.packetfs.protocol.crypto.CipherSuite;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
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

/**
 * What a packet costs between the application's memory and the carrier, per packet; {@code payloadBytes} is the same per byte. {@link
 * #send} takes the peer's acknowledgements and writes trains, from grams offered to packets sealed; {@link #receive} takes those
 * trains, from opening to landing and digests, and acknowledges. Each is measured while the other is not, in batches long enough
 * that starting the clock does not count; what both allocate is counted together, because the profiler cannot tell.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xmx1g", "-XX:+UseSerialGC"})
public class PacketPathBenchmark {
    /** How packets are protected. */
    public enum Protection {
        CHECKSUM,
        AES_256_GCM,
        CHACHA20_POLY1305;

        EnginesInMemory engines() {
            return switch (this) {
                case CHECKSUM -> new EnginesInMemory(CipherSuite.AES_256_GCM, true);
                case AES_256_GCM -> new EnginesInMemory(CipherSuite.AES_256_GCM, false);
                case CHACHA20_POLY1305 -> new EnginesInMemory(CipherSuite.CHACHA20_POLY1305, false);
            };
        }
    }

    /** Two engines, of which the receiver waits for a batch. */
    @State(Scope.Thread)
    public static class Sending {
        @Param({"CHECKSUM", "AES_256_GCM"})
        public Protection protection;

        private EnginesInMemory engines;
        private boolean isBatchWaiting;

        @Setup(Level.Trial)
        public void connect() {
            engines = protection.engines();
        }

        @Setup(Level.Invocation)
        public void receive() {
            if (isBatchWaiting) {
                engines.receive();
            }
            isBatchWaiting = true;
        }
    }

    /** Two engines, of which the sender has sent a batch. */
    @State(Scope.Thread)
    public static class Receiving {
        @Param({"CHECKSUM", "AES_256_GCM"})
        public Protection protection;

        private EnginesInMemory engines;

        @Setup(Level.Trial)
        public void connect() {
            engines = protection.engines();
        }

        @Setup(Level.Invocation)
        public void send() {
            engines.send();
        }
    }

    /** Counts the payload of full packets. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Payload {
        public long payloadBytes;

        private int count(int packets) {
            payloadBytes += (long) packets * EnginesInMemory.PAYLOAD_BYTES;
            return packets;
        }
    }

    @Benchmark
    @OperationsPerInvocation(EnginesInMemory.BATCH_PACKETS)
    public int send(Sending state, Payload payload) {
        return payload.count(state.engines.send());
    }

    @Benchmark
    @OperationsPerInvocation(EnginesInMemory.BATCH_PACKETS)
    public int receive(Receiving state, Payload payload) {
        return payload.count(state.engines.receive());
    }
}
