package io.packetfs.afxdp;

import io.packetfs.linux.MappedMemory;
import java.util.List;

/**
 * What the sockets of one device, queue and packet memory have in common: the rings through which frames go to the kernel and come
 * back, and who has which frame. It lasts as long as the last of them. Guarded by the packet memory's lock, save for the rings and the
 * ledger, which belong to the sockets' one thread.
 */
final class QueueRings {
    final FillRing fill;
    final CompletionRing completion;
    final FrameLedger ledger;
    private final List<MappedMemory> mapped;
    private int users;

    QueueRings(FillRing fill, CompletionRing completion, FrameLedger ledger, List<MappedMemory> mapped) {
        this.fill = fill;
        this.completion = completion;
        this.ledger = ledger;
        this.mapped = List.copyOf(mapped);
    }

    void retain() {
        users++;
    }

    /** Returns whether that was the last user: the rings are unmapped then. */
    boolean release() {
        users--;
        if (users == 0) {
            mapped.forEach(MappedMemory::close);
        }
        return users == 0;
    }
}
