package io.packetfs.ackwindow;

import java.util.ArrayList;
import java.util.List;

/** Notes what is told of packets, a line each, in order. */
final class NotedFates implements PacketFate {
    final List<String> lines = new ArrayList<>();

    @Override
    public void onAcked(long first, long last) {
        for (long number = first; number <= last; number++) {
            lines.add("acked " + number);
        }
    }

    @Override
    public void onLost(long packetNumber) {
        lines.add("lost " + packetNumber);
    }

    @Override
    public void onSpurious(long packetNumber) {
        lines.add("spurious " + packetNumber);
    }

    @Override
    public void onMtuProbeAcked(int bytes) {
        lines.add("mtu acked " + bytes);
    }

    @Override
    public void onMtuProbeLost(int bytes) {
        lines.add("mtu lost " + bytes);
    }
}
