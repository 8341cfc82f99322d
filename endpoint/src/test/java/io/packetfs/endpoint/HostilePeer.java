package io.packetfs.endpoint;

import io.packetfs.protocol.AckFrame;
import io.packetfs.protocol.AckRanges;
import io.packetfs.protocol.ChunkFrame;
import io.packetfs.protocol.FrameHandler;
import io.packetfs.protocol.FrameReader;
import io.packetfs.protocol.GramFrame;
import io.packetfs.protocol.GramHeader;
import io.packetfs.protocol.HeadFrame;
import io.packetfs.protocol.PacketHeader;
import io.packetfs.protocol.PieceFrame;
import io.packetfs.protocol.ReasonCode;
import io.packetfs.protocol.TransportParameters;
import io.packetfs.protocol.crypto.CipherSuite;
import io.packetfs.protocol.handshake.HandshakeResult;
import io.packetfs.protocol.handshake.InitiatorHandshake;
import io.packetfs.protocol.handshake.TicketSecrets;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * A peer that holds ticket and keys but keeps no rule: it completes a genuine handshake with an engine, then seals whatever frames it is
 * given, under whatever number, and reads what the engine sends.
 */
final class HostilePeer {
    static final InetSocketAddress ADDRESS = EnginePair.address(66, 6_666);

    final LoneEngine victim;
    final Connection connection;

    /** Numbers of the packets that the engine has sent and this peer has opened. */
    final TreeSet<Long> packetNumbers = new TreeSet<>();

    long creditBytesMax;
    long creditGramsMax;
    int wholeGramsReceived;
    long largestGramId;
    int acksReceived;

    /** The packets that bore an ACK_FREQUENCY, and those that bore gram 0. */
    final TreeSet<Long> ackFrequencyPackets = new TreeSet<>();

    final TreeSet<Long> firstGramPackets = new TreeSet<>();

    /** Ranges of the longest ACK that came. */
    int ackRangesMax;

    /** The reason of the CLOSE that came, or -1. */
    int closeReason = -1;

    /**
     * A PATH_CHALLENGE or PATH_RESPONSE that the engine has sent.
     *
     * @param bytes the length of its datagram
     */
    record PathFrame(InetSocketAddress destination, boolean isChallenge, long data, int bytes) {}

    private final List<PathFrame> pathFrames = new ArrayList<>();
    private LoneEngine.Sent reading;
    private final HandshakeResult keys;
    private final FrameReader reader = new FrameReader();
    private final GramHeader gramHeader = new GramHeader();
    private final AckRanges acknowledged = new AckRanges();
    private long nextPacketNumber;

    private Connection accepted;

    /** Connects to an engine of this configuration, whose application is {@code application}. */
    HostilePeer(EndpointConfig config, ConnectionListener application) {
        this(config, application, new Frames().ping());
    }

    /**
     * @param first frames of the first packet, which proves the address
     */
    HostilePeer(EndpointConfig config, ConnectionListener application, Frames first) {
        this(config, application, first, false);
    }

    HostilePeer(EndpointConfig config, ConnectionListener application, Frames first, boolean checksummed) {
        victim = new LoneEngine(21, config);
        TicketSecrets secrets = TicketSecrets.generate(EnginePair.entropy(22), CipherSuite.AES_256_GCM, checksummed);
        victim.endpoint.listen(secrets, connecting -> {
            accepted = connecting;
            return application;
        });
        TransportParameters parameters = TransportParameters.defaults(0x66666666, 65_507, 64L << 20);
        InitiatorHandshake handshake = new InitiatorHandshake(
                secrets.ticket(List.of(EnginePair.address(2, 4002))), parameters, EnginePair.entropy(23));
        victim.receive(ADDRESS, handshake.initial());
        byte[] reply = victim.takeSent().getFirst().bytes;
        keys = handshake.onReply(reply, 0, reply.length);
        creditBytesMax = keys.peer().creditBytes();
        creditGramsMax = keys.peer().gramWindow();
        connection = accepted;
        send(first);
    }

    /** Sends frames in a packet of the next number. Returns the number. */
    long send(Frames frames) {
        long packetNumber = nextPacketNumber;
        sendAs(packetNumber, frames);
        return packetNumber;
    }

    /** Sends frames in a packet of this number, above all before; later ones go on from it. */
    void sendAs(long packetNumber, Frames frames) {
        deliver(seal(packetNumber, frames));
    }

    /** Delivers a packet that was sealed before, from another address than this peer has. */
    void deliverFrom(InetSocketAddress source, byte[] packet) {
        victim.receive(source, packet);
        read();
    }

    /** Delivers a packet that was sealed before. */
    void deliver(byte[] packet) {
        deliverFrom(ADDRESS, packet);
    }

    /** Makes a packet of this number, above all before; later ones go on from it. */
    byte[] seal(long packetNumber, Frames frames) {
        return seal(packetNumber, frames, 0, 0);
    }

    /** As {@link #seal(long, Frames)}, with other bits in the first two bytes of the header. */
    byte[] seal(long packetNumber, Frames frames, int versionAndTypeChange, int flags) {
        nextPacketNumber = packetNumber + 1;
        byte[] payload = frames.bytes();
        int bytes = PacketHeader.BYTES + payload.length + keys.sealer().overheadBytes();
        byte[] packet = new byte[bytes];
        PacketHeader.write(
                packet,
                0,
                PacketHeader.TYPE_PROTECTED,
                0,
                bytes - PacketHeader.BYTES,
                keys.peer().connectionId(),
                packetNumber);
        packet[0] ^= (byte) versionAndTypeChange;
        packet[1] = (byte) flags;
        System.arraycopy(payload, 0, packet, PacketHeader.BYTES, payload.length);
        keys.sealer().seal(packet, 0, PacketHeader.BYTES + payload.length, packetNumber);
        return packet;
    }

    /** The path frames to this address, in their order. */
    List<PathFrame> pathFrames(InetSocketAddress destination, boolean isChallenge) {
        return pathFrames.stream()
                .filter(frame -> frame.destination().equals(destination) && frame.isChallenge() == isChallenge)
                .toList();
    }

    private int notePathFrame(boolean isChallenge, long data) {
        pathFrames.add(new PathFrame(reading.destination, isChallenge, data, reading.bytes.length));
        return ReasonCode.NO_ERROR;
    }

    /** Lets time pass at the victim and reads what it sends. */
    void advance(long ns) {
        victim.advance(ns);
        read();
    }

    /** Whether the last ACK that came lists this number. */
    boolean isAcknowledged(long packetNumber) {
        for (int i = 0; i < acknowledged.count(); i++) {
            if (acknowledged.first(i) <= packetNumber && packetNumber <= acknowledged.last(i)) {
                return true;
            }
        }
        return false;
    }

    boolean isClosed() {
        return closeReason >= 0;
    }

    private void read() {
        for (LoneEngine.Sent sent : victim.takeSent()) {
            byte[] packet = sent.bytes;
            long packetNumber = PacketHeader.packetNumber(packet, 0);
            int frames = keys.opener().open(packet, 0, packet.length, packetNumber);
            if (frames < 0) {
                throw new AssertionError("the engine sent what cannot be opened");
            }
            packetNumbers.add(packetNumber);
            reading = sent;
            int reason =
                    reader.read(keys.opener().frames(packet), keys.opener().framesOffset(0), frames, new Answers());
            if (reason != ReasonCode.NO_ERROR) {
                throw new AssertionError("the engine sent what breaks " + ReasonCode.name(reason));
            }
        }
    }

    /** Notes what the engine says. */
    private final class Answers implements FrameHandler {
        @Override
        public int onPing() {
            return ReasonCode.NO_ERROR;
        }

        @Override
        public int onAck(AckFrame ack) {
            acksReceived++;
            ackRangesMax = Math.max(ackRangesMax, ack.ranges().count());
            acknowledged.clear();
            for (int i = 0; i < ack.ranges().count(); i++) {
                acknowledged.add(ack.ranges().first(i), ack.ranges().last(i));
            }
            return ReasonCode.NO_ERROR;
        }

        @Override
        public int onAckFrequency(int packets, long maxDelayUs) {
            ackFrequencyPackets.add(packetNumbers.getLast());
            return ReasonCode.NO_ERROR;
        }

        @Override
        public int onCredit(long bytesMax, long gramsMax) {
            creditBytesMax = bytesMax;
            creditGramsMax = gramsMax;
            return ReasonCode.NO_ERROR;
        }

        @Override
        public int onClose(int reason, String message) {
            closeReason = reason;
            return ReasonCode.NO_ERROR;
        }

        @Override
        public int onPathChallenge(long data) {
            return notePathFrame(true, data);
        }

        @Override
        public int onPathResponse(long data) {
            return notePathFrame(false, data);
        }

        @Override
        public int onHead(HeadFrame head) {
            return ReasonCode.NO_ERROR;
        }

        @Override
        public int onChunk(ChunkFrame chunk) {
            return ReasonCode.NO_ERROR;
        }

        @Override
        public int onPiece(PieceFrame piece) {
            return ReasonCode.NO_ERROR;
        }

        @Override
        public int onGram(GramFrame gram) {
            wholeGramsReceived++;
            long gramId = gramHeader.wrap(gram.array(), gram.payloadOffset()).gramId();
            largestGramId = Math.max(largestGramId, gramId);
            if (gramId == 0) {
                firstGramPackets.add(packetNumbers.getLast());
            }
            return ReasonCode.NO_ERROR;
        }
    }
}
