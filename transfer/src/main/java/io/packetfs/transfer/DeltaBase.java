package io.packetfs.transfer;

import io.packetfs.blob.chunk.ChunkSizes;
import io.packetfs.transfer.record.DeltaKey;
import io.packetfs.transfer.record.TransferRecord.Base;

/** A receiver's base in one transfer: what it has, how that is cut, and the key of the tags (spec: DLT-1). */
record DeltaBase(BaseIndex index, DeltaKey key) {
    BaseFiles files() {
        return index.files();
    }

    ChunkSizes sizes() {
        return index.sizes();
    }

    Base toRecord() {
        return new Base(sizes().averageLog2(), key, files().id());
    }
}
