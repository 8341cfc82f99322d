package io.packetfs.ackwindow;

/** For tests that ask of the fate of packets only how many were lost. */
abstract class LostCount implements PacketFate {
    int lost;

    @Override
    public void onAcked(long first, long last) {}

    @Override
    public void onLost(long packetNumber) {
        lost++;
    }

    @Override
    public void onSpurious(long packetNumber) {}

    @Override
    public void onMtuProbeAcked(int bytes) {}

    @Override
    public void onMtuProbeLost(int bytes) {}
}
