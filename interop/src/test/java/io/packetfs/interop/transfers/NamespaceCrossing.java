package io.packetfs.interop.transfers;

import io.packetfs.sim.LinkEvent;
import io.packetfs.sim.NamespacePair;
import io.packetfs.sim.NamespacePair.Host;
import io.packetfs.sim.TunLink.Direction;
import java.net.InetSocketAddress;
import java.security.SecureRandom;

/** Between two network namespaces, whose kernels know nothing of each other but a wire of TUN devices. */
final class NamespaceCrossing extends LiveCrossing {
    private final NamespacePair pair;

    /** The pair stays with the caller, who uses it for one crossing at a time. */
    NamespaceCrossing(NamespacePair pair, int timeoutMs) {
        super(
                pair.call(Host.A, () -> UdpPorts.open(pair.address(Host.A))),
                pair.call(Host.B, () -> UdpPorts.open(pair.address(Host.B))),
                timeoutMs);
        this.pair = pair;
        set(Trouble.NONE);
        listen(new SecureRandom()::nextBytes);
    }

    @Override
    InetSocketAddress target() {
        return receiverAddress();
    }

    @Override
    void set(Trouble trouble) {
        pair.link().settings(Direction.A_TO_B, trouble.towardsReceiver());
        pair.link().settings(Direction.B_TO_A, trouble.towardsSender());
    }

    @Override
    long count(LinkEvent event) {
        return pair.link().counters(Direction.A_TO_B).datagrams(event)
                + pair.link().counters(Direction.B_TO_A).datagrams(event);
    }

    @Override
    void closePath() {
        set(Trouble.NONE);
    }
}
