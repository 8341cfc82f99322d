package io.packetfs.linux;

/**
 * What a process or a thread has used since it started.
 *
 * @param userCpuNs time on a processor in user mode
 * @param systemCpuNs time on a processor in the kernel
 * @param residentBytesMax the most memory that was ever resident; of the process, also when a thread is asked about
 * @param majorFaultCount page faults that needed input
 * @param voluntarySwitchCount how often it waited
 * @param involuntarySwitchCount how often the processor was taken from it
 */
public record ResourceUsage(
        long userCpuNs,
        long systemCpuNs,
        long residentBytesMax,
        long majorFaultCount,
        long voluntarySwitchCount,
        long involuntarySwitchCount) {
    public long cpuNs() {
        return userCpuNs + systemCpuNs;
    }
}
