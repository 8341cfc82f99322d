package io.packetfs.afxdp;

import io.packetfs.linux.BpfRejectedException;
import io.packetfs.linux.Errno;
import io.packetfs.linux.Linux;
import io.packetfs.linux.ProcessCapability;
import io.packetfs.linux.ProcessLimits;
import io.packetfs.linux.SystemCallException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Whether this process can use AF_XDP, found out by trying; nothing stays open. What a device can do shows when a socket is opened on
 * it. Any thread may call.
 */
public final class AfXdp {
    private AfXdp() {}

    public static boolean isAvailable() {
        return unavailabilityCause() == null;
    }

    /** A sentence that says what is missing for a socket with a program of its own; null if nothing is. */
    public static String unavailabilityCause() {
        String cause = socketCause();
        return cause == null ? programCause() : cause;
    }

    /** As {@link #unavailabilityCause}, for a socket that uses a pinned program: that takes CAP_NET_RAW alone. */
    public static String unavailabilityCausePinned() {
        return socketCause();
    }

    /** A sentence that says why packet memory of this size cannot be locked; absent if nothing is in its way. */
    public static Optional<String> memoryCause(long umemBytes) {
        if (ProcessCapability.effective().contains(ProcessCapability.CAP_IPC_LOCK)) {
            return Optional.empty();
        }
        OptionalLong limitBytes = ProcessLimits.lockedMemoryBytes();
        if (limitBytes.isEmpty() || limitBytes.getAsLong() >= umemBytes) {
            return Optional.empty();
        }
        return Optional.of("packet memory of " + umemBytes + " bytes is more than the " + limitBytes.getAsLong()
                + " that this process may lock (RLIMIT_MEMLOCK, ulimit -l), and it lacks CAP_IPC_LOCK");
    }

    private static String socketCause() {
        if (!Linux.isAvailable()) {
            return Linux.unavailabilityCause();
        }
        try {
            Linux.afXdpSockets().open().close();
            return null;
        } catch (SystemCallException e) {
            if (e.is(Errno.EPERM)) {
                return e.getMessage() + ": this process lacks CAP_NET_RAW";
            }
            return e.is(Errno.EAFNOSUPPORT)
                    ? e.getMessage() + ": this kernel is built without CONFIG_XDP_SOCKETS"
                    : e.getMessage();
        }
    }

    private static String programCause() {
        try (XskMap map = XskMap.create("pfs_probe", 1)) {
            XdpProgram.load(XdpFilter.port(1), map, true).close();
            // Attaching is the one step that is not tried: it would be seen by the device.
            return ProcessCapability.effective().contains(ProcessCapability.CAP_NET_ADMIN)
                    ? null
                    : "attaching a program takes CAP_NET_ADMIN, which this process lacks";
        } catch (SystemCallException e) {
            return switch (Errno.of(e.errno()).orElse(Errno.EIO)) {
                case EPERM -> e.getMessage() + ": " + whyNoPrograms();
                case ENOSYS -> e.getMessage() + ": this kernel is built without CONFIG_BPF_SYSCALL";
                case EINVAL -> e.getMessage() + ": this kernel is built without CONFIG_XDP_SOCKETS";
                default -> e.getMessage();
            };
        } catch (BpfRejectedException e) {
            return e.getMessage();
        }
    }

    private static String whyNoPrograms() {
        boolean bpf = ProcessCapability.effective().contains(ProcessCapability.CAP_BPF);
        boolean admin = ProcessCapability.effective().contains(ProcessCapability.CAP_NET_ADMIN);
        if (bpf && admin) {
            return "not for lack of a capability: a container's seccomp profile or the kernel's lockdown forbids it";
        }
        return "this process lacks " + (bpf ? "CAP_NET_ADMIN" : admin ? "CAP_BPF" : "CAP_BPF and CAP_NET_ADMIN");
    }
}
