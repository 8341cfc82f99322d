package io.packetfs.cli;

import io.packetfs.linux.Linux;
import io.packetfs.linux.SystemCallException;
import java.util.BitSet;

/**
 * Where an agent's thread runs: of several agents each has a processor of its own, if there are more than that; the only one runs anywhere.
 *
 * @param index 0 to {@code count - 1}
 * @param count of agents in this process
 */
record Seat(int index, int count) {
    static final Seat ONLY = new Seat(0, 1);

    /** Binds the calling thread. Does nothing where that is not possible: it saves moves between processors, and no more. */
    void take() {
        if (count == 1 || !Linux.isAvailable()) {
            return;
        }
        try {
            BitSet allowed = Linux.scheduling().affinity();
            if (allowed.cardinality() <= count) {
                return; // the disk, the compiler and the kernel want one, too
            }
            int processor = allowed.nextSetBit(0);
            for (int i = 0; i < index; i++) {
                processor = allowed.nextSetBit(processor + 1);
            }
            BitSet own = new BitSet();
            own.set(processor);
            Linux.scheduling().bindThread(own);
        } catch (SystemCallException notAllowedHere) {
            return;
        }
    }
}
