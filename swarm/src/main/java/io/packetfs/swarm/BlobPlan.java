package io.packetfs.swarm;

import io.packetfs.blob.HeapBlob;
import io.packetfs.endpoint.CommonBlob;
import java.util.SplittableRandom;

/**
 * The common blob that the two sides hold, or believe they hold.
 *
 * @param bytes how long it is
 * @param clientIdentity which one the client holds; 0 for none
 * @param serverIdentity which one the server holds; 0 for none
 * @param isSpoilt whether the server's has other bytes than its identity says
 */
public record BlobPlan(int bytes, long clientIdentity, long serverIdentity, boolean isSpoilt) {
    /** So that a gram can name as much as it may. */
    static final int BYTES_MIN = 4_096;

    public BlobPlan {
        Scenario.check("bytes of the blob", bytes, BYTES_MIN, Work.BYTES_MAX);
    }

    /** Whether each side knows at once that the other holds another one. */
    boolean isMismatched() {
        return isEverywhere() && clientIdentity != serverIdentity;
    }

    /** Whether grams may name bytes of it. */
    boolean isEverywhere() {
        return clientIdentity != 0 && serverIdentity != 0;
    }

    /** What one side holds; null for nothing. */
    CommonBlob of(Side side, long seed) {
        long identity = side == Side.CLIENT ? clientIdentity : serverIdentity;
        if (identity == 0) {
            return null;
        }
        byte[] content = new byte[bytes];
        new SplittableRandom(seed ^ identity).nextBytes(content);
        if (isSpoilt && side == Side.SERVER) {
            for (int i = 0; i < bytes; i++) {
                content[i] ^= -1;
            }
        }
        return new CommonBlob(identity, new HeapBlob(content));
    }
}
