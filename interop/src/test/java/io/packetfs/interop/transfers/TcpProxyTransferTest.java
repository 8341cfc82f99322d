package io.packetfs.interop.transfers;

import java.io.IOException;
import java.util.Set;

/** Transfers over TCP through this project's proxy, or through the Toxiproxy at {@code TOXIPROXY_URL}. */
class TcpProxyTransferTest extends TransferSuite {
    @Override
    Crossing open(int timeoutMs) throws IOException {
        return new TcpProxyCrossing(timeoutMs);
    }

    @Override
    Set<Trouble> troubles() {
        return Trouble.OF_STREAMS;
    }

    @Override
    Trouble worst() {
        return Trouble.SLICED;
    }
}
