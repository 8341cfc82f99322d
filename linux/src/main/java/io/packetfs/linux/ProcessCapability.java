package io.packetfs.linux;

import java.util.EnumSet;
import java.util.Set;

/** A privilege of this process that the project can use: a selection of the capabilities(7). */
public enum ProcessCapability {
    /** Socket buffers beyond the limits, network interfaces, XDP. */
    CAP_NET_ADMIN(12),
    /** AF_XDP sockets. */
    CAP_NET_RAW(13),
    /** Locked memory. */
    CAP_IPC_LOCK(14),
    CAP_SYS_ADMIN(21),
    /** Raised resource limits. */
    CAP_SYS_RESOURCE(24),
    /** Loading of XDP programs. */
    CAP_BPF(39);

    private final int bit;

    ProcessCapability(int bit) {
        this.bit = bit;
    }

    /** Those of this process; none where the kernel does not tell. */
    public static Set<ProcessCapability> effective() {
        return effective(ProcFiles.ofThisHost());
    }

    static Set<ProcessCapability> effective(ProcFiles files) {
        long mask = files.value("proc/self/status", "CapEff")
                .map(ProcessCapability::parseMask)
                .orElse(0L);
        Set<ProcessCapability> effective = EnumSet.noneOf(ProcessCapability.class);
        for (ProcessCapability capability : values()) {
            if ((mask >>> capability.bit & 1) == 1) {
                effective.add(capability);
            }
        }
        return effective;
    }

    private static long parseMask(String hexadecimal) {
        try {
            return Long.parseUnsignedLong(hexadecimal, 16);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
