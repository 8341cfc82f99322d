package io.packetfs.linux;

import java.lang.invoke.MethodHandle;
import java.util.Locale;

/**
 * The way in: whether this JVM can call the kernel, and the groups of calls. Nothing is linked or probed before it is asked for. Any
 * thread may call.
 *
 * <p>Elsewhere than on Linux (x86-64, aarch64), and where native access is denied, {@link #unavailabilityCause()} says why, and the
 * groups throw {@link UnsupportedOperationException} with that sentence.
 */
public final class Linux {
    private static boolean probed;
    private static String cause;
    private static LibC libC;
    private static FileSpace fileSpace;
    private static MemoryAdvice memoryAdvice;
    private static FfmMemoryMaps memoryMaps;
    private static Scheduling scheduling;
    private static KernelProbe kernelProbe;
    private static TunDevices tunDevices;
    private static Polling polling;
    private static UdpSockets udpSockets;
    private static NetworkNamespaces networkNamespaces;
    private static AfXdpSockets afXdpSockets;
    private static Bpf bpf;
    private static NetworkDevices networkDevices;

    private Linux() {}

    public static boolean isAvailable() {
        return unavailabilityCause() == null;
    }

    /** A sentence that says why {@link #isAvailable()} is false; null if it is true. */
    public static synchronized String unavailabilityCause() {
        if (!probed) {
            probed = true;
            cause = platformCause(System.getProperty("os.name"), System.getProperty("os.arch"));
            if (cause == null) {
                link();
            }
        }
        return cause;
    }

    public static synchronized FileSpace fileSpace() {
        requireAvailable();
        if (fileSpace == null) {
            fileSpace = new FfmFileSpace(libC);
        }
        return fileSpace;
    }

    public static synchronized MemoryAdvice memoryAdvice() {
        requireAvailable();
        if (memoryAdvice == null) {
            memoryAdvice = new FfmMemoryAdvice(libC);
        }
        return memoryAdvice;
    }

    public static MemoryMaps memoryMaps() {
        return ffmMemoryMaps();
    }

    public static synchronized Scheduling scheduling() {
        requireAvailable();
        if (scheduling == null) {
            scheduling = new FfmScheduling(libC);
        }
        return scheduling;
    }

    public static synchronized KernelProbe kernelProbe() {
        requireAvailable();
        if (kernelProbe == null) {
            kernelProbe = new FfmKernelProbe(libC);
        }
        return kernelProbe;
    }

    public static synchronized TunDevices tunDevices() {
        requireAvailable();
        if (tunDevices == null) {
            tunDevices = new FfmTunDevices(libC);
        }
        return tunDevices;
    }

    public static synchronized Polling polling() {
        requireAvailable();
        if (polling == null) {
            polling = new FfmPolling();
        }
        return polling;
    }

    public static synchronized UdpSockets udpSockets() {
        requireAvailable();
        if (udpSockets == null) {
            udpSockets = new FfmUdpSockets();
        }
        return udpSockets;
    }

    public static synchronized NetworkNamespaces networkNamespaces() {
        requireAvailable();
        if (networkNamespaces == null) {
            networkNamespaces = new FfmNetworkNamespaces();
        }
        return networkNamespaces;
    }

    /** Opens the kernel's tables of links, routes and neighbours; whoever opens them closes them. */
    public static NetworkTables openNetworkTables() {
        requireAvailable();
        return new FfmNetworkTables();
    }

    public static synchronized AfXdpSockets afXdpSockets() {
        requireAvailable();
        if (afXdpSockets == null) {
            afXdpSockets = new FfmAfXdpSockets(ffmMemoryMaps());
        }
        return afXdpSockets;
    }

    public static synchronized Bpf bpf() {
        requireAvailable();
        if (bpf == null) {
            bpf = new FfmBpf();
        }
        return bpf;
    }

    public static synchronized NetworkDevices networkDevices() {
        requireAvailable();
        if (networkDevices == null) {
            networkDevices = new FfmNetworkDevices();
        }
        return networkDevices;
    }

    private static synchronized FfmMemoryMaps ffmMemoryMaps() {
        requireAvailable();
        if (memoryMaps == null) {
            memoryMaps = new FfmMemoryMaps(libC, memoryAdvice());
        }
        return memoryMaps;
    }

    /** The reason why these calls cannot work on a platform, or null if they can. */
    static String platformCause(String os, String architecture) {
        if (!os.toLowerCase(Locale.ROOT).equals("linux")) {
            return "not available: " + os;
        }
        return switch (architecture) {
            case "amd64", "x86_64", "aarch64" -> null;
            default -> "not available: Linux on " + architecture;
        };
    }

    /** The sentence for a JVM that was told to deny native access to this module. */
    static String deniedCause(Module module) {
        String name = module.isNamed() ? module.getName() : "ALL-UNNAMED";
        return "native access is denied: start Java with --enable-native-access=" + name;
    }

    private static void link() {
        try {
            LibC candidate = new LibC();
            MethodHandle ignored = candidate.systemCall();
            libC = candidate;
        } catch (IllegalCallerException e) {
            cause = deniedCause(Linux.class.getModule());
        } catch (UnsupportedOperationException e) {
            cause = "not available: " + e.getMessage();
        }
    }

    private static void requireAvailable() {
        if (!isAvailable()) {
            throw new UnsupportedOperationException(cause);
        }
    }
}
