package io.packetfs.bench.loopback;

import java.io.IOException;

/**
 * One end of a contender, in a process of its own that ends when nobody wants to know any more: it moves bytes for as long as it is let,
 * from memory to memory, and counts them. The thread that made it calls {@link #open}, then {@link #run}.
 */
interface End {
    /** A name for peers that need to be told nothing. */
    String NOTHING = "-";

    /**
     * Gets ready: after it the other end may come.
     *
     * @return one word that tells the other end how to find this one, or {@link #NOTHING}
     */
    String open() throws IOException, InterruptedException;

    /** Moves bytes until the process ends; returns only if other threads do the work. */
    void run() throws IOException, InterruptedException;
}
