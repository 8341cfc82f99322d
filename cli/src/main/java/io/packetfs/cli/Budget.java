package io.packetfs.cli;

/**
 * What a measured cost says about faster wires: arithmetic, not a measurement. The cost {@code C_io} is processor time per GiB moved, of
 * both ends together; an application may add K operations per byte, of which a core does P per second. Everything is taken to scale with
 * the bytes and over the cores:
 *
 * <pre>
 * cores needed = rate * (C_io / GiB + K / P)
 * T_io   = GiB / rate
 * T_comp = (C_io + GiB * K / P) / cores
 * a GiB takes max(T_io, T_comp): wire-bound if the first is the greater, compute-bound otherwise
 * </pre>
 *
 * @param cpuSecondsPerGib {@code C_io}, above 0
 * @param operationsPerByte {@code K}, 0 for moving alone
 * @param operationsPerSecond {@code P}, of one core, above 0
 */
record Budget(double cpuSecondsPerGib, double operationsPerByte, double operationsPerSecond) {
    private static final double GIB = 1L << 30;

    Budget {
        if (!(cpuSecondsPerGib > 0 && operationsPerByte >= 0 && operationsPerSecond > 0)) {
            throw new IllegalArgumentException("a budget of " + cpuSecondsPerGib + " s/GiB, " + operationsPerByte
                    + " operations per byte, " + operationsPerSecond + " per second");
        }
    }

    /** Cores that keep up with a wire. */
    double cores(double bitsPerSecond) {
        return bytesPerSecond(bitsPerSecond) / GIB * workSecondsPerGib();
    }

    /** How long a GiB takes on so many cores. */
    double secondsPerGib(double bitsPerSecond, int cores) {
        return Math.max(GIB / bytesPerSecond(bitsPerSecond), workSecondsPerGib() / cores);
    }

    /** Whether the cores, not the wire, are what a transfer waits for. */
    boolean isComputeBound(double bitsPerSecond, int cores) {
        return cores(bitsPerSecond) > cores;
    }

    private double workSecondsPerGib() {
        return cpuSecondsPerGib + GIB * operationsPerByte / operationsPerSecond;
    }

    private static double bytesPerSecond(double bitsPerSecond) {
        return bitsPerSecond / 8;
    }
}
