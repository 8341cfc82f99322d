package io.packetfs.endpoint;

import io.packetfs.blob.BlobSource;
import java.util.Objects;

/**
 * A blob that both sides hold, whole, so that grams need to carry only where in it their bytes are.
 *
 * @param identity says which one, not 0; the same at both sides (spec: PAR-6)
 * @param source its bytes, which stay as they are. If several agents share it, it must bear reads by all of them at once
 */
public record CommonBlob(long identity, BlobSource source) {
    public CommonBlob {
        if (identity == 0) {
            throw new IllegalArgumentException("identity 0 stands for no common blob");
        }
        Objects.requireNonNull(source);
    }
}
