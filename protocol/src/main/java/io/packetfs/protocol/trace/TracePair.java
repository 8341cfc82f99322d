package io.packetfs.protocol.trace;

import java.net.InetSocketAddress;

/** Tells two traces the same. */
public final class TracePair implements Trace {
    private final Trace first;
    private final Trace second;

    public TracePair(Trace first, Trace second) {
        this.first = first;
        this.second = second;
    }

    @Override
    public boolean wantsPackets() {
        return first.wantsPackets() || second.wantsPackets();
    }

    @Override
    public void onStarted(long nowNs, int connectionId, boolean isInitiator, InetSocketAddress peer) {
        first.onStarted(nowNs, connectionId, isInitiator, peer);
        second.onStarted(nowNs, connectionId, isInitiator, peer);
    }

    @Override
    public void onState(long nowNs, String before, String after) {
        first.onState(nowNs, before, after);
        second.onState(nowNs, before, after);
    }

    @Override
    public void onMetrics(long nowNs, TraceMetrics metrics) {
        first.onMetrics(nowNs, metrics);
        second.onMetrics(nowNs, metrics);
    }

    @Override
    public void onCount(long nowNs, TraceCounter counter, long more, long total) {
        first.onCount(nowNs, counter, more, total);
        second.onCount(nowNs, counter, more, total);
    }

    @Override
    public void onCongestionState(long nowNs, String before, String after) {
        first.onCongestionState(nowNs, before, after);
        second.onCongestionState(nowNs, before, after);
    }

    @Override
    public void onLimit(long nowNs, TraceLimit before, TraceLimit after) {
        first.onLimit(nowNs, before, after);
        second.onLimit(nowNs, before, after);
    }

    @Override
    public void onDatagramBytes(long nowNs, int before, int after) {
        first.onDatagramBytes(nowNs, before, after);
        second.onDatagramBytes(nowNs, before, after);
    }

    @Override
    public void onPeerAddress(long nowNs, InetSocketAddress before, InetSocketAddress after) {
        first.onPeerAddress(nowNs, before, after);
        second.onPeerAddress(nowNs, before, after);
    }

    @Override
    public void onGramAcknowledged(long nowNs, long latencyNs) {
        first.onGramAcknowledged(nowNs, latencyNs);
        second.onGramAcknowledged(nowNs, latencyNs);
    }

    @Override
    public void onPacketSent(long nowNs, long packetNumber, int bytes) {
        first.onPacketSent(nowNs, packetNumber, bytes);
        second.onPacketSent(nowNs, packetNumber, bytes);
    }

    @Override
    public void onPacketReceived(long nowNs, long packetNumber, int bytes) {
        first.onPacketReceived(nowNs, packetNumber, bytes);
        second.onPacketReceived(nowNs, packetNumber, bytes);
    }

    @Override
    public void onClosed(long nowNs, int reason, String message, boolean byPeer) {
        first.onClosed(nowNs, reason, message, byPeer);
        second.onClosed(nowNs, reason, message, byPeer);
    }

    @Override
    public void onGone(long nowNs) {
        first.onGone(nowNs);
        second.onGone(nowNs);
    }
}
