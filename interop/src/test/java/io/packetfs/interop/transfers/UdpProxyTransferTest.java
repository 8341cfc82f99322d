package io.packetfs.interop.transfers;

import java.io.IOException;
import java.util.Set;

/** Transfers over UDP through the impairment proxy. */
class UdpProxyTransferTest extends TransferSuite {
    private long seed;

    @Override
    Crossing open(int timeoutMs) throws IOException {
        return new UdpProxyCrossing(++seed, timeoutMs);
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
