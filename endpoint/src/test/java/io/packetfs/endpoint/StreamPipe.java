package io.packetfs.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.protocol.PacketHeader;
import io.packetfs.protocol.port.DatagramPort;
import io.packetfs.protocol.port.DatagramReceiver;
import io.packetfs.protocol.port.DatagramTrain;
import io.packetfs.protocol.port.PortFeatures;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/**
 * A stream in virtual time, as two ports that see each other and nobody else: what one sends comes to the other complete and in order, after
 * a delay, at a rate, cut anywhere between packets. It takes little at a time, so that both sides are blocked again and again.
 */
final class StreamPipe {
    private final LongSupplier clock;
    private final SplittableRandom random;
    private final long delayNs;
    private final long bytesPerMs;
    private final int capacityBytes;
    private final End near;
    private final End far;

    /** How often a side was blocked. */
    int blockedCount;

    StreamPipe(long seed, LongSupplier clock, InetSocketAddress near, InetSocketAddress far) {
        this.clock = clock;
        random = new SplittableRandom(seed);
        delayNs = random.nextLong(1_000, 50 * EnginePair.MS);
        bytesPerMs = random.nextLong(1_000, 1_000_000);
        capacityBytes = 1 << random.nextInt(19);
        this.near = new End(near, far);
        this.far = new End(far, near);
        this.near.other = this.far;
        this.far.other = this.near;
    }

    DatagramPort near() {
        return near;
    }

    DatagramPort far() {
        return far;
    }

    /** When something arrives next, in nanoseconds. */
    long nextEventNs() {
        return Math.min(near.nextNs(), far.nextNs());
    }

    /** Whether the far side still has the stream. */
    boolean isOpen() {
        return far.open;
    }

    /** Both sides lose each other, and what was under way. */
    void breakUp(String cause) {
        near.lose(cause);
        far.lose(cause);
    }

    /** Changes one byte of the next packet to the far side. */
    void damageNext() {
        far.damage = true;
    }

    /** Puts bytes into the stream to the far side, as nobody but the peer can. */
    void inject(byte[] packets) {
        far.arrive(packets.clone());
    }

    /** Something under way. */
    private static final class Piece {
        final byte[] bytes;
        final long atNs;

        Piece(byte[] bytes, long atNs) {
            this.bytes = bytes;
            this.atNs = atNs;
        }
    }

    private final class End implements DatagramPort {
        private final InetSocketAddress local;
        private final InetSocketAddress peer;
        private final ArrayDeque<Piece> incoming = new ArrayDeque<>();
        private End other;
        private int incomingBytes;
        private long freeNs;
        private boolean blocked;
        private boolean unblocked;
        private boolean open = true;
        private String lost;
        private boolean finished;
        private long finishedNs;
        private boolean damage;

        End(InetSocketAddress local, InetSocketAddress peer) {
            this.local = local;
            this.peer = peer;
        }

        @Override
        public InetSocketAddress localAddress() {
            return local;
        }

        @Override
        public PortFeatures features() {
            return new PortFeatures("pipe", 64, PortFeatures.UDP_PAYLOAD_BYTES_MAX, true, false, false, true);
        }

        @Override
        public boolean send(DatagramTrain train) {
            assertThat(blocked).as("sent to a peer that is blocked").isFalse();
            if (open && train.destination().equals(peer)) {
                other.arrive(Arrays.copyOf(train.array(), train.length()));
                blocked = other.incomingBytes > capacityBytes;
                blockedCount += blocked ? 1 : 0;
            }
            return true;
        }

        @Override
        public boolean isBlocked(InetSocketAddress destination) {
            return blocked;
        }

        void arrive(byte[] bytes) {
            if (damage) {
                damage = false;
                bytes[PacketHeader.BYTES + random.nextInt(bytes.length - PacketHeader.BYTES)] ^= 1;
            }
            freeNs = Math.max(freeNs, clock.getAsLong()) + bytes.length * EnginePair.MS / bytesPerMs;
            incoming.add(new Piece(bytes, freeNs + delayNs));
            incomingBytes += bytes.length;
        }

        @Override
        public int receive(DatagramReceiver receiver) {
            int done = 0;
            if (unblocked) {
                unblocked = false;
                receiver.onUnblocked(peer);
                done++;
            }
            while (open && !incoming.isEmpty() && incoming.element().atNs <= clock.getAsLong()) {
                byte[] buffer = new byte[0];
                do {
                    byte[] piece = incoming.remove().bytes;
                    buffer = Arrays.copyOf(buffer, buffer.length + piece.length);
                    System.arraycopy(piece, 0, buffer, buffer.length - piece.length, piece.length);
                } while (random.nextBoolean() && !incoming.isEmpty() && incoming.element().atNs <= clock.getAsLong());
                incomingBytes -= buffer.length;
                receiver.onDatagrams(peer, MemorySegment.ofArray(buffer), buffer.length, 0, -1);
                done++;
            }
            if (other.blocked && incomingBytes <= capacityBytes / 2) {
                other.blocked = false;
                other.unblocked = true;
            }
            if (open && finished && incoming.isEmpty() && finishedNs <= clock.getAsLong()) {
                lost = "finished";
            }
            if (open && lost != null) {
                open = false;
                receiver.onDisconnected(peer, lost);
                done++;
            }
            return done;
        }

        long nextNs() {
            if (!open) {
                return Long.MAX_VALUE;
            }
            if (!incoming.isEmpty()) {
                return incoming.element().atNs;
            }
            return finished ? finishedNs : Long.MAX_VALUE;
        }

        @Override
        public void disconnect(InetSocketAddress destination) {
            if (open && destination.equals(peer)) {
                open = false;
                other.finished = true;
                other.finishedNs = Math.max(other.freeNs, clock.getAsLong()) + delayNs;
            }
        }

        void lose(String cause) {
            incoming.clear();
            incomingBytes = 0;
            lost = cause;
        }

        @Override
        public void await(long timeoutNs) {}

        @Override
        public void wakeup() {}

        @Override
        public void close() {}
    }
}
