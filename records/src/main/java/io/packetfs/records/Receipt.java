package io.packetfs.records;

import java.util.concurrent.CompletableFuture;

/**
 * What a record on its way out is known by when its acknowledgement comes.
 *
 * @param outbox where its room is given back
 * @param costBytes that room
 * @param acknowledged completed then; null if nobody asked
 */
record Receipt(Outbox outbox, int costBytes, CompletableFuture<Void> acknowledged) {
    void acknowledge() {
        outbox.onAcknowledged(costBytes);
        if (acknowledged != null) {
            acknowledged.complete(null);
        }
    }

    void fail(GramException cause) {
        if (acknowledged != null) {
            acknowledged.completeExceptionally(cause);
        }
    }
}
