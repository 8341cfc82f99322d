package io.packetfs.interop.transfers;

import java.util.Set;

/** Transfers in virtual time. */
class SimTransferTest extends TransferSuite {
    private long seed;

    @Override
    Crossing open(int timeoutMs) {
        return new VirtualCrossing(++seed, timeoutMs);
    }

    @Override
    Set<Trouble> troubles() {
        return Trouble.OF_DATAGRAMS;
    }

    @Override
    Trouble worst() {
        return Trouble.WORST;
    }
}
