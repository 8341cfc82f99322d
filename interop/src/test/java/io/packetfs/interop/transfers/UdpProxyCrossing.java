package io.packetfs.interop.transfers;

import eu.rekawek.toxiproxy.model.ToxicDirection;
import io.packetfs.sim.LinkEvent;
import io.packetfs.sim.LinkSettings;
import io.packetfs.sim.LossBursts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.Locale;

/** Over loopback through a UDP proxy, which toxiproxy-java and the proxy's own impairments make rough. */
final class UdpProxyCrossing extends LiveCrossing {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final double NS_PER_MS = 1e6;

    private final ProxyServer server;

    UdpProxyCrossing(long seed, int timeoutMs) throws IOException {
        super(UdpPorts.open(LOOPBACK), UdpPorts.open(LOOPBACK), timeoutMs);
        server = ProxyServer.forUdp(receiverAddress(), seed);
        listen(new SecureRandom()::nextBytes);
    }

    @Override
    InetSocketAddress target() {
        return server.address();
    }

    @Override
    void set(Trouble trouble) {
        try {
            server.removeToxics();
            add(ToxicDirection.UPSTREAM, trouble.towardsReceiver());
            add(ToxicDirection.DOWNSTREAM, trouble.towardsSender());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    long count(LinkEvent event) {
        return server.datagrams(event.name().toLowerCase(Locale.ROOT));
    }

    @Override
    void closePath() {
        server.close();
    }

    private void add(ToxicDirection direction, LinkSettings link) throws IOException {
        long delayMs = Math.round((link.delayNs() + link.jitterNs() / 2.0) / NS_PER_MS);
        if (delayMs > 0) {
            var latency = server.proxy().toxics().latency("latency_" + direction, direction, delayMs);
            latency.setJitter(Math.round(link.jitterNs() / 2.0 / NS_PER_MS));
        }
        if (link.rateBitsPerSecond() > 0) {
            add(
                    direction,
                    "rate",
                    "\"bits_per_second\":" + link.rateBitsPerSecond() + ",\"queue_bytes\":" + link.queueBytesMax());
        }
        addChance(direction, "loss", link.lossProbability(), "");
        addChance(direction, "duplicate", link.duplicateProbability(), "");
        addChance(direction, "corrupt", link.corruption().probability(), "");
        addChance(
                direction,
                "reorder",
                link.reordering().probability(),
                ",\"delay_min\":" + Math.round(link.reordering().extraNsMin() / NS_PER_MS) + ",\"delay_max\":"
                        + Math.round(link.reordering().extraNsMax() / NS_PER_MS));
        LossBursts bursts = link.lossBursts();
        if (!bursts.equals(LossBursts.NONE)) {
            add(
                    direction,
                    "burst_loss",
                    "\"good_to_bad\":" + bursts.goodToBadProbability() + ",\"bad_to_good\":"
                            + bursts.badToGoodProbability() + ",\"good_loss\":" + bursts.goodLossProbability()
                            + ",\"bad_loss\":" + bursts.badLossProbability());
        }
        if (link.payloadBytesMax() < LinkSettings.PAYLOAD_BYTES_MAX) {
            add(direction, "mtu", "\"payload_bytes\":" + link.payloadBytesMax());
        }
    }

    private void addChance(ToxicDirection direction, String type, double probability, String more) {
        if (probability > 0) {
            add(direction, type, "\"probability\":" + probability + more);
        }
    }

    private void add(ToxicDirection direction, String type, String attributes) {
        server.add("{\"type\":\"" + type + "\",\"stream\":\"" + direction.name().toLowerCase(Locale.ROOT)
                + "\",\"attributes\":{" + attributes + "}}");
    }
}
