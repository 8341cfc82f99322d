package io.packetfs.transfer;

import io.packetfs.protocol.crypto.Entropy;
import io.packetfs.transfer.record.StripeKey;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where the further connections of a transfer find it, on whichever agent they come in (spec: STP). Any thread; it holds no more than
 * the transfers under way.
 */
public final class StripeDirectory {
    /** For transfers over one connection each. */
    public static final StripeDirectory NONE = new StripeDirectory(bytes -> {}, 1);

    private final ConcurrentHashMap<StripeKey, StripeHub> hubs = new ConcurrentHashMap<>();
    private final Entropy entropy;
    private final int streamsMax;

    /**
     * A directory for the agents of one receiver.
     *
     * @param entropy where keys come from; used by any thread
     * @param streamsMax the most connections that one transfer gets, 1 to 16
     */
    public StripeDirectory(Entropy entropy, int streamsMax) {
        this.entropy = entropy;
        this.streamsMax = streamsMax;
    }

    int streamsMax() {
        return streamsMax;
    }

    StripeKey open(StripeHub hub) {
        byte[] random = new byte[2 * Long.BYTES];
        entropy.fill(random);
        ByteBuffer bytes = ByteBuffer.wrap(random);
        StripeKey key = new StripeKey(bytes.getLong(), bytes.getLong());
        hubs.put(key, hub);
        return key;
    }

    void close(StripeKey key) {
        hubs.remove(key);
    }

    /** The transfer that was given this key; null if there is none under way. */
    StripeHub find(StripeKey key) {
        return hubs.get(key);
    }
}
