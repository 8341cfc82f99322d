package io.packetfs.endpoint;

import io.packetfs.blob.BlobSource;
import io.packetfs.protocol.GramHeader;
import io.packetfs.repair.GrainSet;
import java.util.zip.CRC32C;

/**
 * What is kept for an outbound gram from its opening until the peer has every byte: its head, and which bytes were acknowledged, about
 * 8 KiB for a gram of 1 MiB. Pooled by the {@link GramSender}; one agent thread.
 */
final class OpenGram {
    private final GrainSet acknowledgedHead = new GrainSet();
    private final GrainSet acknowledgedSlab = new GrainSet();
    private final GramHeader header = new GramHeader();
    private final CRC32C crc = new CRC32C();
    private byte[] head = {};

    /** Starts over: nothing is acknowledged. Returns the array for the head, which is at least as long. */
    byte[] reset(int headLength, int slabLength) {
        if (head.length < headLength) {
            head = new byte[headLength];
        }
        acknowledgedHead.reset(headLength);
        acknowledgedSlab.reset(slabLength);
        return head;
    }

    /** CRC32C of a stretch of the source. */
    int digestOf(BlobSource source, long offset, int length) {
        crc.reset();
        source.updateDigest(crc, offset, length);
        return (int) crc.getValue();
    }

    /** A view to write the head with. */
    GramHeader header() {
        return header;
    }

    byte[] head() {
        return head;
    }

    GrainSet acknowledgedHead() {
        return acknowledgedHead;
    }

    GrainSet acknowledgedSlab() {
        return acknowledgedSlab;
    }
}
