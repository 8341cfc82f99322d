package io.packetfs.transfer;

import io.packetfs.blob.FileLayout;
import io.packetfs.blob.SourceException;
import io.packetfs.blob.TreeLanding;
import io.packetfs.blob.TreeSource;
import io.packetfs.blob.chunk.ChunkTagger;
import java.util.zip.CRC32C;

/** Copies chunks from a base to where they are to lie, through files of its own. One thread at a time. Limit: memory for one chunk. */
final class ChunkCopier implements AutoCloseable {
    private final TreeSource source;
    private final TreeLanding landing;
    private final ChunkTagger tagger;
    private final byte[] chunk;
    private final CRC32C crc = new CRC32C();

    /**
     * Opens the files.
     *
     * @throws io.packetfs.blob.LandingException if those that are written cannot be
     */
    ChunkCopier(DeltaBase base, FileLayout target) {
        landing = TreeLanding.attach(target);
        source = new TreeSource(base.files().layout());
        tagger = new ChunkTagger(base.key().bytes(), base.sizes().maxBytes());
        chunk = new byte[base.sizes().maxBytes()];
    }

    /**
     * Copies a chunk if the base has it at a place.
     *
     * @return false if what lies there is not what was asked for
     */
    // spec: DLT-3
    boolean copy(AskedRange asked, long place) {
        int length = asked.length();
        try {
            source.read(place, chunk, 0, length);
        } catch (SourceException e) {
            // A base that has changed or vanished holds nothing that could be used.
            return false;
        }
        crc.reset();
        crc.update(chunk, 0, length);
        boolean same = (int) crc.getValue() == asked.crc32c()
                && tagger.tag(asked.offset(), chunk, 0, length).equals(asked.tag());
        if (same) {
            landing.write(asked.offset(), chunk, 0, length);
        }
        return same;
    }

    /** What was copied is out of this process afterwards. */
    void flush() {
        landing.flush();
    }

    @Override
    public void close() {
        source.close();
        landing.close();
    }
}
