package io.packetfs.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@link NetworkTables} by rtnetlink(7). */
final class FfmNetworkTables implements NetworkTables {
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_FLAGS = 3 | 0x800 | 0x80000;
    private static final int NETLINK_ROUTE = 0;
    private static final int BUFFER_BYTES = 32 << 10;

    private static final int RTM_NEWLINK = 16;
    private static final int RTM_GETLINK = 18;
    private static final int RTM_NEWADDR = 20;
    private static final int RTM_GETADDR = 22;
    private static final int RTM_NEWROUTE = 24;
    private static final int RTM_GETROUTE = 26;
    private static final int RTM_NEWNEIGH = 28;
    private static final int RTM_GETNEIGH = 30;

    private static final int IFINFOMSG_BYTES = 16;
    private static final int IFINFOMSG_INDEX = 4;
    private static final int IFINFOMSG_FLAGS = 8;
    private static final int IFF_UP = 1;
    private static final int IFF_LOWER_UP = 0x10000;
    private static final int IFLA_ADDRESS = 1;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_MTU = 4;
    private static final int NAME_BYTES_MAX = 15;

    private static final int IFADDRMSG_BYTES = 8;
    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;

    private static final int RTMSG_BYTES = 12;
    private static final int RTMSG_FAMILY = 0;
    private static final int RTMSG_DESTINATION_BITS = 1;
    private static final int RTMSG_SOURCE_BITS = 2;
    private static final int RTMSG_TYPE = 7;
    private static final int RTN_UNICAST = 1;
    private static final int RTN_LOCAL = 2;
    private static final int RTA_DST = 1;
    private static final int RTA_SRC = 2;
    private static final int RTA_OIF = 4;
    private static final int RTA_GATEWAY = 5;
    private static final int RTA_PREFSRC = 7;
    private static final int RTA_METRICS = 8;
    private static final int RTA_VIA = 18;
    private static final int RTAX_MTU = 2;

    private static final int NDMSG_BYTES = 12;
    private static final int NDMSG_FAMILY = 0;
    private static final int NDMSG_INDEX = 4;
    private static final int NDMSG_STATE = 8;
    private static final int NDMSG_FLAGS = 10;
    private static final int NTF_USE = 1;
    private static final int NUD_REACHABLE = 0x02;
    private static final int NUD_FAILED = 0x20;
    private static final int NUD_NOARP = 0x40;
    private static final int NUD_PERMANENT = 0x80;
    private static final int NDA_DST = 1;
    private static final int NDA_LLADDR = 2;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment state = SystemCalls.newErrnoState();
    private final MemorySegment buffer = arena.allocate(BUFFER_BYTES, Long.BYTES);
    private final int descriptor;
    private int sequence;

    FfmNetworkTables() {
        long result = SystemCalls.call(state, SystemCalls.SOCKET, AF_NETLINK, SOCK_RAW_FLAGS, NETLINK_ROUTE);
        if (result < 0) {
            arena.close();
            throw new SystemCallException("socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE)", (int) -result);
        }
        descriptor = (int) result;
    }

    @Override
    public Optional<Link> link(String name) {
        int nameBytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (nameBytes == 0 || nameBytes > NAME_BYTES_MAX || name.indexOf('\0') >= 0) {
            return Optional.empty();
        }
        String request = "RTM_GETLINK " + name;
        NetlinkReply reply =
                ask(request, message(RTM_GETLINK, 0, IFINFOMSG_BYTES).attribute(IFLA_IFNAME, name));
        if (isAbsent(reply.errno())) {
            return Optional.empty();
        }
        requireNoError(reply, request);
        NetlinkReply.Part part = reply.part(RTM_NEWLINK, IFINFOMSG_BYTES);
        int flags = part.number(IFINFOMSG_FLAGS);
        Link link = new Link(
                part.number(IFINFOMSG_INDEX),
                part.text(IFLA_IFNAME),
                part.linkAddress(IFLA_ADDRESS),
                part.number(IFLA_MTU, 0),
                (flags & IFF_UP) != 0,
                (flags & IFF_LOWER_UP) != 0);
        return Optional.of(link);
    }

    @Override
    public Optional<Route> route(InetAddress destination, InetAddress source) {
        byte[] to = destination.getAddress();
        NetlinkMessage message = message(RTM_GETROUTE, 0, RTMSG_BYTES)
                .setByte(RTMSG_FAMILY, family(to))
                .setByte(RTMSG_DESTINATION_BITS, to.length * Byte.SIZE)
                .attribute(RTA_DST, to);
        if (source != null && !source.isAnyLocalAddress() && source.getAddress().length == to.length) {
            message.setByte(RTMSG_SOURCE_BITS, to.length * Byte.SIZE).attribute(RTA_SRC, source.getAddress());
        }
        int scope = scope(destination);
        if (scope != 0) {
            message.attribute(RTA_OIF, bytes(scope));
        }
        String request = "RTM_GETROUTE " + destination.getHostAddress();
        NetlinkReply reply = ask(request, message);
        if (isUnreachable(reply.errno())) {
            return Optional.empty();
        }
        requireNoError(reply, request);
        return Optional.ofNullable(route(reply.part(RTM_NEWROUTE, RTMSG_BYTES), destination));
    }

    @Override
    public Optional<Neighbour> neighbour(int interfaceIndex, InetAddress address) {
        String request = "RTM_GETNEIGH " + address.getHostAddress();
        NetlinkReply reply = ask(request, aboutNeighbour(RTM_GETNEIGH, 0, interfaceIndex, address));
        if (isAbsent(reply.errno())) {
            return Optional.empty();
        }
        requireNoError(reply, request);
        NetlinkReply.Part part = reply.part(RTM_NEWNEIGH, NDMSG_BYTES);
        int nud = part.unsignedShort(NDMSG_STATE);
        long linkAddress = (nud & NUD_FAILED) != 0 ? 0 : part.linkAddress(NDA_LLADDR);
        return Optional.of(new Neighbour(linkAddress, (nud & (NUD_REACHABLE | NUD_NOARP | NUD_PERMANENT)) != 0));
    }

    @Override
    public boolean solicit(int interfaceIndex, InetAddress address) {
        String request = "RTM_NEWNEIGH " + address.getHostAddress() + " NTF_USE";
        int flags = NetlinkMessage.NLM_F_ACK | NetlinkMessage.NLM_F_CREATE | NetlinkMessage.NLM_F_REPLACE;
        NetlinkReply reply = ask(
                request,
                aboutNeighbour(RTM_NEWNEIGH, flags, interfaceIndex, address).setByte(NDMSG_FLAGS, NTF_USE));
        if (reply.errno() == Errno.EPERM.number()) {
            return false;
        }
        // A link that is down or gone has no neighbours; whoever sends there finds out.
        if (!isAbsent(reply.errno()) && !isUnreachable(reply.errno())) {
            requireNoError(reply, request);
        }
        return true;
    }

    @Override
    public List<InetAddress> addresses() {
        String request = "RTM_GETADDR";
        write(request, message(RTM_GETADDR, NetlinkMessage.NLM_F_DUMP, IFADDRMSG_BYTES));
        List<InetAddress> addresses = new ArrayList<>();
        while (true) {
            MemorySegment rest = read(request);
            while (rest.byteSize() > 0) {
                NetlinkReply reply = new NetlinkReply(rest, request, sequence);
                requireNoError(reply, request);
                if (reply.isLast()) {
                    return addresses;
                }
                NetlinkReply.Part part = reply.part(RTM_NEWADDR, IFADDRMSG_BYTES);
                // On a link between two the address of this end is the local one, and the other that of the peer.
                InetAddress local = part.address(IFA_LOCAL);
                InetAddress address = local == null ? part.address(IFA_ADDRESS) : local;
                if (address != null) {
                    addresses.add(address);
                }
                rest = reply.behind();
            }
        }
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            SystemCalls.call(state, SystemCalls.CLOSE, descriptor, 0, 0);
            arena.close();
        }
    }

    private NetlinkMessage message(int type, int flags, int fixedBytes) {
        return new NetlinkMessage(buffer, type, flags, ++sequence, fixedBytes);
    }

    private NetlinkMessage aboutNeighbour(int type, int flags, int interfaceIndex, InetAddress address) {
        byte[] bytes = address.getAddress();
        return message(type, flags, NDMSG_BYTES)
                .setByte(NDMSG_FAMILY, family(bytes))
                .setInt(NDMSG_INDEX, interfaceIndex)
                .attribute(NDA_DST, bytes);
    }

    /** The kernel has answered before write(2) returns, so that read(2) never waits. */
    private NetlinkReply ask(String request, NetlinkMessage message) {
        write(request, message);
        return new NetlinkReply(read(request), request, sequence);
    }

    private void write(String request, NetlinkMessage message) {
        int length = message.end();
        long written = SystemCalls.call(state, SystemCalls.WRITE, descriptor, buffer.address(), length);
        if (written != length) {
            throw new SystemCallException("write(rtnetlink, " + request + ")", written < 0 ? (int) -written : 0);
        }
    }

    private MemorySegment read(String request) {
        long received = SystemCalls.call(state, SystemCalls.READ, descriptor, buffer.address(), BUFFER_BYTES);
        if (received < 0) {
            throw new SystemCallException("read(rtnetlink, " + request + ")", (int) -received);
        }
        return buffer.asSlice(0, received);
    }

    private static Route route(NetlinkReply.Part part, InetAddress destination) {
        int type = part.unsignedByte(RTMSG_TYPE);
        if (type != RTN_UNICAST && type != RTN_LOCAL) {
            return null; // a broadcast, a group, or a route that says there is no way
        }
        InetAddress gateway = part.address(RTA_GATEWAY);
        InetAddress via = gateway == null ? part.addressWithFamily(RTA_VIA) : gateway;
        return new Route(
                part.number(RTA_OIF, 0),
                via == null ? destination : via,
                part.address(RTA_PREFSRC),
                Math.max(0, part.nested(RTA_METRICS).number(RTAX_MTU, 0)),
                type == RTN_LOCAL);
    }

    private static void requireNoError(NetlinkReply reply, String request) {
        if (reply.errno() != 0) {
            throw new SystemCallException(request, reply.errno());
        }
    }

    private static boolean isAbsent(int errno) {
        return errno == Errno.ENODEV.number() || errno == Errno.ENOENT.number() || errno == Errno.ENXIO.number();
    }

    private static boolean isUnreachable(int errno) {
        return switch (Errno.of(errno).orElse(Errno.EBADF)) {
            case ENETUNREACH, EHOSTUNREACH, EACCES, EINVAL, ENETDOWN, ENODEV, EADDRNOTAVAIL -> true;
            default -> false;
        };
    }

    private static int family(byte[] address) {
        return address.length == Integer.BYTES ? SocketAddresses.AF_INET : SocketAddresses.AF_INET6;
    }

    private static int scope(InetAddress address) {
        return address instanceof Inet6Address six ? six.getScopeId() : 0;
    }

    private static byte[] bytes(int value) {
        byte[] bytes = new byte[Integer.BYTES];
        MemorySegment.ofArray(bytes).set(JAVA_INT_UNALIGNED, 0, value);
        return bytes;
    }
}
