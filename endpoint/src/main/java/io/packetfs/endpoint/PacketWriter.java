package io.packetfs.endpoint;

import io.packetfs.protocol.PacketHeader;
import io.packetfs.protocol.crypto.PacketSealer;
import io.packetfs.protocol.port.DatagramTrain;
import io.packetfs.protocol.trace.Trace;

/** Makes packets of the frames that were written into a train: puts the header before them, protects both in place, and counts what it made. */
final class PacketWriter {
    private final PacketSealer sealer;
    private final int peerConnectionId;
    private Trace trace = Trace.NONE;
    private boolean traces;
    private long count;
    private long bytesMade;

    PacketWriter(PacketSealer sealer, int peerConnectionId) {
        this.sealer = sealer;
        this.peerConnectionId = peerConnectionId;
    }

    /** What a packet has behind its frames. */
    int tagBytes() {
        return sealer.overheadBytes();
    }

    /** What a packet has beside its frames. */
    int overheadBytes() {
        return PacketHeader.BYTES + sealer.overheadBytes();
    }

    /** How many packets were made. */
    long count() {
        return count;
    }

    /** Bytes of all packets made, as UDP payload. */
    long bytes() {
        return bytesMade;
    }

    /** Tells this trace of each packet. */
    void trace(Trace trace) {
        this.trace = trace;
        traces = true;
    }

    /**
     * Makes the packet at the train's end, of frames that begin behind the room for its header.
     *
     * @param end where the frames end
     * @return the packet's bytes
     */
    int finish(long nowNs, DatagramTrain train, int end, long packetNumber) {
        int start = train.length();
        int bytes = end - start + sealer.overheadBytes();
        writeHeader(train, start, bytes, packetNumber);
        seal(nowNs, train, bytes, packetNumber);
        return bytes;
    }

    /** Writes the header of a packet that {@link #seal} is to finish; it may begin behind others that are to be sealed before. */
    void writeHeader(DatagramTrain train, int start, int bytes, long packetNumber) {
        int payloadLength = bytes - PacketHeader.BYTES;
        PacketHeader.write(
                train.array(), start, PacketHeader.TYPE_PROTECTED, 0, payloadLength, peerConnectionId, packetNumber);
    }

    /** Protects the packet of so many bytes that was written at the train's end, and appends it. */
    void seal(long nowNs, DatagramTrain train, int bytes, long packetNumber) {
        sealer.seal(train.array(), train.length(), bytes - sealer.overheadBytes(), packetNumber);
        train.append(bytes);
        count++;
        bytesMade += bytes;
        if (traces) {
            trace.onPacketSent(nowNs, packetNumber, bytes);
        }
    }
}
