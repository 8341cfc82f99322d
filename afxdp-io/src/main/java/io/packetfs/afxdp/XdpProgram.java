package io.packetfs.afxdp;

import io.packetfs.linux.Bpf.XdpMode;
import io.packetfs.linux.BpfObject;
import io.packetfs.linux.Errno;
import io.packetfs.linux.Linux;
import io.packetfs.linux.NetworkDevices.NetworkDevice;
import io.packetfs.linux.SystemCallException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * The program that a device runs for each packet: what a {@link XdpFilter} names goes to the socket of its queue, if there is one, and
 * everything else on to the kernel. It changes no packet and drops none. Any thread may call.
 */
public final class XdpProgram implements AutoCloseable {
    private static final String NAME = "pfs_udp";

    private static final long BUSY_RETRY_NS = 500_000_000;
    private static final long BUSY_NAP_NS = 2_000_000;

    private static final int XDP_PASS = 2;
    private static final int XDP_REDIRECT = 4;
    private static final int HELPER_REDIRECT_MAP = 51;
    /** struct xdp_md. */
    private static final int CONTEXT_DATA = 0;

    private static final int CONTEXT_DATA_END = 4;
    private static final int CONTEXT_QUEUE = 16;

    private static final int ETHERTYPE = 12;
    private static final int ETHERNET_BYTES = 14;
    private static final int IPV4_ETHERTYPE = 0x0800;
    private static final int IPV6_ETHERTYPE = 0x86dd;
    private static final int UDP = 17;
    private static final int UDP_BYTES = 8;
    private static final int UDP_DESTINATION = 2;

    private static final int IPV4_BYTES = 20;
    private static final int IPV4_VERSION_AND_LENGTH = 0x45;
    private static final int IPV4_FRAGMENT = 6;
    /** More fragments, and the offset. */
    private static final int IPV4_FRAGMENT_MASK = 0x3fff;

    private static final int IPV4_PROTOCOL = 9;
    private static final int IPV4_DESTINATION = 16;

    private static final int IPV6_BYTES = 40;
    private static final int IPV6_NEXT_HEADER = 6;
    private static final int IPV6_DESTINATION = 24;

    /** Reasons that do not go away in the other mode. */
    private static final Set<Errno> FINAL =
            EnumSet.of(Errno.EPERM, Errno.EACCES, Errno.EBUSY, Errno.ENODEV, Errno.ENFILE, Errno.EMFILE, Errno.ENOMEM);

    private final BpfObject program;

    private XdpProgram(BpfObject program) {
        this.program = program;
    }

    /**
     * Loads the program.
     *
     * @param multiBuffer whether packets may come in several buffers, which larger MTUs than about 3500 bytes need
     * @throws SystemCallException if this process lacks CAP_BPF or CAP_NET_ADMIN
     * @throws io.packetfs.linux.BpfRejectedException with the verifier's reasons
     */
    public static XdpProgram load(XdpFilter filter, XskMap map, boolean multiBuffer) {
        return new XdpProgram(
                Linux.bpf().loadXdp(NAME, instructions(filter, map.object().descriptor()), multiBuffer));
    }

    /**
     * Runs the program once over a packet as if it had come from queue 0, without a device; tells whether the packet would go to a
     * socket.
     *
     * @param packet from the Ethernet header on, at least 14 bytes
     */
    public boolean redirects(byte[] packet) {
        return Linux.bpf().run(program, packet) == XDP_REDIRECT;
    }

    /**
     * Lets the program run at a device: in the driver if it can, else in the kernel. One that was just ended there is waited for.
     *
     * @throws AfXdpException if another program runs there
     * @throws SystemCallException if the device takes it neither way
     */
    public XdpAttachment attach(NetworkDevice device) {
        try {
            return new XdpAttachment(link(device, XdpMode.NATIVE), XdpMode.NATIVE, "");
        } catch (SystemCallException e) {
            if (Errno.of(e.errno()).filter(FINAL::contains).isPresent()) {
                throw describe(e, device);
            }
            String reason = device.name() + " does not run it in its driver: " + e.getMessage();
            try {
                return new XdpAttachment(link(device, XdpMode.SKB), XdpMode.SKB, reason);
            } catch (SystemCallException second) {
                second.addSuppressed(e);
                throw describe(second, device);
            }
        }
    }

    /** The kernel takes some milliseconds to free a device from a program whose last name or process has just gone. */
    private BpfObject link(NetworkDevice device, XdpMode mode) {
        long startNs = System.nanoTime();
        while (true) {
            try {
                return Linux.bpf().link(program, device.index(), mode);
            } catch (SystemCallException e) {
                if (!e.is(Errno.EBUSY) || System.nanoTime() - startNs >= BUSY_RETRY_NS) {
                    throw e;
                }
            }
            LockSupport.parkNanos(BUSY_NAP_NS);
        }
    }

    /** Lets go of the program; attachments keep it. Idempotent. */
    @Override
    public void close() {
        program.close();
    }

    private static RuntimeException describe(SystemCallException e, NetworkDevice device) {
        return e.is(Errno.EBUSY)
                ? new AfXdpException(
                        e.getMessage() + ": another XDP program runs at " + device.name() + "; `ip link show "
                                + device.name() + "` names it",
                        e)
                : e;
    }

    /** Register 6 is the context, 2 the packet's start, 3 its end. */
    static byte[] instructions(XdpFilter filter, int mapDescriptor) {
        InetAddress address = filter.address().orElse(null);
        boolean ipv4 = address == null || address.getAddress().length == Integer.BYTES;
        boolean ipv6 = address == null || !ipv4;
        BpfCode code = new BpfCode();
        code.move(6, 1).loadWord(2, 1, CONTEXT_DATA).loadWord(3, 1, CONTEXT_DATA_END);
        requireBytes(code, ETHERNET_BYTES + IPV4_BYTES + UDP_BYTES);
        code.loadHalf(5, 2, ETHERTYPE);
        if (ipv4) {
            code.jumpIfEqual(5, swapped(IPV4_ETHERTYPE), "ipv4");
        }
        if (ipv6) {
            code.jumpIfEqual(5, swapped(IPV6_ETHERTYPE), "ipv6");
        }
        code.jump("pass");
        if (ipv4) {
            code.label("ipv4")
                    .loadByte(5, 2, ETHERNET_BYTES)
                    .jumpUnlessEqual(5, IPV4_VERSION_AND_LENGTH, "pass")
                    .loadByte(5, 2, ETHERNET_BYTES + IPV4_PROTOCOL)
                    .jumpUnlessEqual(5, UDP, "pass")
                    .loadHalf(5, 2, ETHERNET_BYTES + IPV4_FRAGMENT)
                    .and(5, swapped(IPV4_FRAGMENT_MASK))
                    .jumpUnlessEqual(5, 0, "pass");
            requireAddress(code, address, ETHERNET_BYTES + IPV4_DESTINATION);
            code.loadHalf(5, 2, ETHERNET_BYTES + IPV4_BYTES + UDP_DESTINATION).jump("port");
        }
        if (ipv6) {
            code.label("ipv6");
            requireBytes(code, ETHERNET_BYTES + IPV6_BYTES + UDP_BYTES);
            code.loadByte(5, 2, ETHERNET_BYTES + IPV6_NEXT_HEADER).jumpUnlessEqual(5, UDP, "pass");
            requireAddress(code, address, ETHERNET_BYTES + IPV6_DESTINATION);
            code.loadHalf(5, 2, ETHERNET_BYTES + IPV6_BYTES + UDP_DESTINATION);
        }
        code.label("port").jumpUnlessEqual(5, swapped(filter.port()), "pass");
        code.loadMap(1, mapDescriptor)
                .loadWord(2, 6, CONTEXT_QUEUE)
                .set(3, XDP_PASS)
                .call(HELPER_REDIRECT_MAP)
                .exit();
        return code.label("pass").set(0, XDP_PASS).exit().bytes();
    }

    private static void requireBytes(BpfCode code, int bytes) {
        code.move(4, 2).add(4, bytes).jumpIfGreater(4, 3, "pass");
    }

    private static void requireAddress(BpfCode code, InetAddress address, int offset) {
        if (address == null) {
            return;
        }
        MemorySegment bytes = MemorySegment.ofArray(address.getAddress());
        for (int i = 0; i < bytes.byteSize(); i += Integer.BYTES) {
            code.loadWord(5, 2, offset + i).jumpUnlessEqual(5, bytes.get(ValueLayout.JAVA_INT_UNALIGNED, i), "pass");
        }
    }

    /** A number of the network's order as a load from memory gives it. */
    private static int swapped(int value) {
        return Short.toUnsignedInt(Short.reverseBytes((short) value));
    }
}
