package io.packetfs.afxdp.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.linux.NetworkDevices.NetworkDevice;
import io.packetfs.linux.NetworkTables;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What becomes of the kernel's answers over time; they are made up here, since only so they change when they shall. */
class FlowTableTest {
    private static final int INDEX = 3;
    private static final InetSocketAddress LOCAL = address("10.0.0.1", 4242);
    private static final InetSocketAddress PEER = address("10.0.0.2", 9);

    private final Answers answers = new Answers();
    private final FlowTable table = new FlowTable(answers, new NetworkDevice("dev0", INDEX, 1500, true, 1), LOCAL);

    @Test
    void aKnownNeighbourIsReachedByRings() {
        OutgoingFlow flow = table.find(PEER, 0);

        assertThat(flow.isByRings()).isTrue();
        assertThat(flow.takeUnconfirmed()).isFalse();
        assertThat(flow.payloadBytesMax()).isEqualTo(1472);
        assertThat(flow.template().headerBytes()).isEqualTo(42);
    }

    @Test
    void theKernelIsAskedAgainWhenItsAnswerIsOld() {
        table.find(PEER, 0);
        table.find(PEER, FlowTable.FRESH_NS - 1);
        assertThat(table.lookups()).isEqualTo(1);
        var template = table.find(PEER, FlowTable.FRESH_NS).template();
        assertThat(table.lookups()).isEqualTo(2);

        answers.neighbour = new NetworkTables.Neighbour(0x02_00_00_00_00_77L, true);

        assertThat(table.find(PEER, 2 * FlowTable.FRESH_NS).template()).isNotSameAs(template);
        assertThat(table.find(PEER, 3 * FlowTable.FRESH_NS).template())
                .as("which has not changed since")
                .isSameAs(table.find(PEER, 3 * FlowTable.FRESH_NS).template());
    }

    @Test
    void anUnknownNeighbourIsSolicitedAndTheKernelSendsMeanwhile() {
        answers.neighbour = null;
        assertThat(table.find(PEER, 0).isByRings()).isFalse();
        assertThat(answers.solicited).containsExactly(PEER.getAddress());

        answers.neighbour = new NetworkTables.Neighbour(0, false);
        assertThat(table.find(PEER, FlowTable.RETRY_NS).isByRings()).isFalse();
        answers.neighbour = new NetworkTables.Neighbour(5, true);

        assertThat(table.find(PEER, 2 * FlowTable.RETRY_NS).isByRings()).isTrue();
    }

    @Test
    void whoMayNotSolicitSendsOneTrainByTheKernel() {
        answers.maySolicit = false;
        answers.neighbour = new NetworkTables.Neighbour(5, false);

        OutgoingFlow flow = table.find(PEER, 0);

        assertThat(flow.isByRings()).isTrue();
        assertThat(flow.takeUnconfirmed()).isTrue();
        assertThat(flow.takeUnconfirmed()).isFalse();
        assertThat(table.find(PEER, FlowTable.FRESH_NS).takeUnconfirmed()).isTrue();
    }

    @Test
    void onlyWhatLeavesByTheDeviceGoesByRings() {
        answers.route = routeBy(INDEX + 1, false, 0);
        assertThat(table.find(PEER, 0).isByRings()).isFalse();
        answers.route = routeBy(INDEX, true, 0);
        assertThat(table.find(PEER, FlowTable.FRESH_NS).isByRings()).isFalse();
        answers.route = null;
        assertThat(table.find(PEER, 2 * FlowTable.FRESH_NS).isByRings()).isFalse();
        answers.route = routeBy(INDEX, false, 0);
        assertThat(table.find(PEER, 3 * FlowTable.FRESH_NS).isByRings()).isTrue();
    }

    @Test
    void theSmallerOfPathAndLinkLimitsDatagrams() {
        answers.route = routeBy(INDEX, false, 1280);
        assertThat(table.find(PEER, 0).payloadBytesMax()).isEqualTo(1252);

        answers.route = routeBy(INDEX, false, 9000);
        assertThat(table.find(PEER, FlowTable.FRESH_NS).payloadBytesMax()).isEqualTo(1472);
    }

    @Test
    void aDeviceOfTheSameNameButAnotherIndexIsAnother() {
        assertThat(table.isDeviceGone(0)).isFalse();
        answers.linkIndex = INDEX + 1;

        assertThat(table.isDeviceGone(FlowTable.FRESH_NS - 1)).isFalse();
        assertThat(table.isDeviceGone(FlowTable.FRESH_NS)).isTrue();
        assertThat(table.find(PEER, FlowTable.FRESH_NS).isByRings()).isFalse();
    }

    @Test
    void thoseUsedLongAgoAreForgottenFirst() {
        for (int port = 1; port <= FlowTable.FLOWS_MAX; port++) {
            table.find(address("10.0.0.2", port), 0);
        }
        table.find(address("10.0.0.2", 1), 0);
        table.find(address("10.0.0.2", 5_000), 0);

        assertThat(table.size()).isEqualTo(FlowTable.FLOWS_MAX);
        assertThat(table.lookups()).isEqualTo(FlowTable.FLOWS_MAX + 1);
        table.find(address("10.0.0.2", 1), 0);
        assertThat(table.lookups()).as("the first, which was used again").isEqualTo(FlowTable.FLOWS_MAX + 1);
        table.find(address("10.0.0.2", 2), 0);
        assertThat(table.lookups()).as("the second").isEqualTo(FlowTable.FLOWS_MAX + 2);
    }

    private static NetworkTables.Route routeBy(int interfaceIndex, boolean local, int mtuBytes) {
        return new NetworkTables.Route(interfaceIndex, PEER.getAddress(), LOCAL.getAddress(), mtuBytes, local);
    }

    private static InetSocketAddress address(String host, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(host), port);
    }

    /** A kernel that says what it was told to. */
    private static final class Answers implements NetworkTables {
        private final List<InetAddress> solicited = new ArrayList<>();
        private int linkIndex = INDEX;
        private Route route = routeBy(INDEX, false, 0);
        private Neighbour neighbour = new Neighbour(0x02_00_00_00_00_02L, true);
        private boolean maySolicit = true;

        @Override
        public Optional<Link> link(String name) {
            return Optional.of(new Link(linkIndex, name, 0x02_00_00_00_00_01L, 1500, true, true));
        }

        @Override
        public Optional<Route> route(InetAddress destination, InetAddress source) {
            return Optional.ofNullable(route);
        }

        @Override
        public Optional<Neighbour> neighbour(int interfaceIndex, InetAddress address) {
            return Optional.ofNullable(neighbour);
        }

        @Override
        public boolean solicit(int interfaceIndex, InetAddress address) {
            solicited.add(address);
            return maySolicit;
        }

        @Override
        public List<InetAddress> addresses() {
            return List.of();
        }

        @Override
        public void close() {}
    }
}
