package io.packetfs.transfer.record;

import io.packetfs.blob.chunk.ChunkTag;

/** A chunk that a sender asks of: its length in bytes, its checksum, and its tag (spec: DLT-2). */
public record AskedChunk(int length, int crc32c, ChunkTag tag) {}
