package io.packetfs.interop.transfers;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packetfs.linux.KernelProbe.Capability;
import io.packetfs.sim.LinkSettings;
import io.packetfs.sim.NamespacePair;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Transfers between two kernels' networks over a rough wire, for root. */
class NamespaceTransferTest extends TransferSuite {
    private NamespacePair pair;

    @BeforeAll
    void makePair() {
        Capability capability = NamespacePair.capability();
        assumeTrue(capability.available(), capability.cause());
        pair = NamespacePair.open(LinkSettings.CLEAN, 7, NamespacePair.MTU_BYTES_DEFAULT);
    }

    @AfterAll
    void removePair() {
        if (pair != null) {
            pair.close();
        }
    }

    @Override
    Crossing open(int timeoutMs) {
        return new NamespaceCrossing(pair, timeoutMs);
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
