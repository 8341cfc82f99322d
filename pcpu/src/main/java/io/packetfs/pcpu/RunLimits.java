package io.packetfs.pcpu;

/**
 * What one run may cost.
 *
 * @param operationCountMax at most {@link Program#OPERATIONS_MAX}
 * @param descriptorCountMax at most {@link Schedule#DESCRIPTORS_MAX}
 * @param bytesMax the sum of the descriptors' lengths times the number of operations
 */
public record RunLimits(int operationCountMax, int descriptorCountMax, long bytesMax) {
    /** For whoever owns the machine. */
    public static final RunLimits LOCAL =
            new RunLimits(Program.OPERATIONS_MAX, Schedule.DESCRIPTORS_MAX, Long.MAX_VALUE);

    /** For a program that a peer sent: as many descriptors as a gram has, and some tens of milliseconds of work at most. */
    public static final RunLimits NETWORK = new RunLimits(8, 1_024, 64 << 20);
}
