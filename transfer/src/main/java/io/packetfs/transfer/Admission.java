package io.packetfs.transfer;

import java.util.concurrent.atomic.AtomicReference;

/** Lets one transfer in at a time, whichever agent it comes to. Any thread. */
public final class Admission {
    private final AtomicReference<ReceiveSession> served = new AtomicReference<>();

    /** Whether this session is served now: no other one is. */
    boolean admit(ReceiveSession session) {
        ReceiveSession present = served.get();
        boolean isFree = present == null || present.progress().phase() == TransferPhase.ENDED;
        return isFree && served.compareAndSet(present, session);
    }

    /** The session that is served, or was the last; null before the first. */
    public ReceiveSession served() {
        return served.get();
    }
}
