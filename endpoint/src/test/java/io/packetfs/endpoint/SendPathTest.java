package io.packetfs.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.ackwindow.FixedRate;
import io.packetfs.ackwindow.PathMtuSearch;
import io.packetfs.ackwindow.ReceiveWindow;
import io.packetfs.ackwindow.SendWindow;
import io.packetfs.protocol.GramLimits;
import io.packetfs.protocol.TransportParameters;
import io.packetfs.protocol.crypto.ChecksumPacketOpener;
import io.packetfs.protocol.crypto.ChecksumPacketSealer;
import io.packetfs.protocol.port.DatagramTrain;
import java.net.InetSocketAddress;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SendPathTest {
    private static final InetSocketAddress PEER = EnginePair.address(1, 1);
    private static final int RECORDS_MAX = 1 << 20;

    private final ReceiveWindow received = new ReceiveWindow(0);
    private final SendWindow window =
            new SendWindow(1_200, FixedRate.of(1 << 20), new SplittableRandom(1), EnginePair.MS);
    private final ReceiveCredit credit = new ReceiveCredit(4 << 20, 4 << 20, 2 << 20);
    private final SendPath path = new SendPath(
            new SessionParts(
                    new ChecksumPacketSealer(),
                    new ChecksumPacketOpener(),
                    TransportParameters.defaults(7, 1_200, 1 << 20),
                    window,
                    received,
                    new AckPolicy(),
                    credit,
                    new GramAssembler(GramLimits.DEFAULTS, 64, credit, null, gram -> {}),
                    new PathMtuSearch(1_200)),
            new SendCredit(1 << 20, 64),
            gram -> {});
    private final DatagramTrain train = new DatagramTrain(1_200);

    @Test
    void whoNeverAcknowledgesGetsNoMoreAcksWhenAllRecordsAreTaken() {
        path.ping();
        long acks = 0;
        for (long number = 0; number < RECORDS_MAX + 1_000; number++) {
            received.onPacket(0, number, true, -1);
            acks += path.pollTransmit(0, train, PEER, 1) ? 1 : 0;
        }
        assertThat(acks).isBetween(RECORDS_MAX - 1_000L, (long) RECORDS_MAX);
        assertThat(window.isOutOfRecords()).isTrue();
        // and nothing is due that could not be done
        assertThat(path.deadlineNs(0)).isEqualTo(window.deadlineNs());
    }
}
