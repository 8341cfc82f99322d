package io.packetfs.sim;

import java.net.InetAddress;

/**
 * Names one direction between two hosts, and gives it a number that follows from the addresses alone, so that neither seeds nor logs
 * depend on the order in which links are made.
 */
record HostPair(InetAddress from, InetAddress to) {
    long number() {
        return fold(fold(0, from.getAddress()), to.getAddress());
    }

    private static long fold(long start, byte[] bytes) {
        long number = RandomStream.mix64(start + bytes.length);
        for (byte b : bytes) {
            number = RandomStream.mix64(number + 1 + (b & 0xff));
        }
        return number;
    }

    @Override
    public String toString() {
        return from.getHostAddress() + ">" + to.getHostAddress();
    }
}
