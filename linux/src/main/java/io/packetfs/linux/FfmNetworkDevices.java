package io.packetfs.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/** {@link NetworkDevices} by ioctl(2) on a socket, and setns(2). */
final class FfmNetworkDevices implements NetworkDevices {
    private static final Pattern NAME = Pattern.compile("[^\\s/:\\x00-\\x1f\\x7f-\\uffff]{1," + NAME_BYTES_MAX + "}");
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int AT_FDCWD = -100;
    private static final int O_CLOEXEC = 0x80000;
    private static final int CLONE_NEWNET = 0x40000000;

    private static final long SIOCGIFFLAGS = 0x8913;
    private static final long SIOCGIFMTU = 0x8921;
    private static final long SIOCGIFINDEX = 0x8933;
    private static final long SIOCETHTOOL = 0x8946;
    private static final int IFF_UP = 1;
    private static final int ETHTOOL_GCHANNELS = 0x3C;
    private static final int ETHTOOL_SGRO = 0x2C;
    private static final int ETHTOOL_VALUE_BYTES = 8;

    /** struct ifreq: a name, and a union that begins with what is asked for. */
    private static final int REQUEST_BYTES = 40;

    private static final int UNION = NAME_BYTES_MAX + 1;
    /** struct ethtool_channels: the command, four limits, then counts for receiving, sending, others, and both ways. */
    private static final int CHANNELS_BYTES = 36;

    private static final int RECEIVE_COUNT = 20;
    private static final int COMBINED_COUNT = 32;

    @Override
    public NetworkDevice find(String name) {
        return about(name, (arena, question) -> {
            question.ask(SIOCGIFINDEX, "SIOCGIFINDEX");
            int index = question.request().get(JAVA_INT, UNION);
            question.ask(SIOCGIFMTU, "SIOCGIFMTU");
            int mtuBytes = question.request().get(JAVA_INT, UNION);
            question.ask(SIOCGIFFLAGS, "SIOCGIFFLAGS");
            boolean up = (question.request().get(JAVA_SHORT, UNION) & IFF_UP) != 0;
            return new NetworkDevice(name, index, mtuBytes, up, receiveQueueCount(arena, question));
        });
    }

    @Override
    public void mergeOnReceive(String name, boolean merge) {
        boolean ignored = about(name, (arena, question) -> {
            MemorySegment value = arena.allocate(ETHTOOL_VALUE_BYTES, Integer.BYTES);
            value.set(JAVA_INT, 0, ETHTOOL_SGRO);
            value.set(JAVA_INT, Integer.BYTES, merge ? 1 : 0);
            question.request().set(JAVA_LONG, UNION, value.address());
            question.ask(SIOCETHTOOL, "SIOCETHTOOL, ETHTOOL_SGRO");
            return true;
        });
    }

    private static <T> T about(String name, BiFunction<Arena, Question, T> asking) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' is no name for a network device");
        }
        MemorySegment state = SystemCalls.newErrnoState();
        long descriptor =
                SystemCalls.call(state, SystemCalls.SOCKET, SocketAddresses.AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        require(descriptor, "socket(AF_INET, SOCK_DGRAM)");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(REQUEST_BYTES, Long.BYTES);
            byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
            MemorySegment.copy(bytes, 0, request, JAVA_BYTE, 0, bytes.length);
            return asking.apply(arena, new Question(state, descriptor, request, name));
        } finally {
            SystemCalls.call(state, SystemCalls.CLOSE, descriptor, 0, 0);
        }
    }

    @Override
    public void enterNamespace(Path namespace) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = SystemCalls.newErrnoState();
            MemorySegment path = PathBytes.allocate(arena, namespace);
            long descriptor = SystemCalls.call(state, SystemCalls.OPENAT, AT_FDCWD, path.address(), O_CLOEXEC, 0, 0);
            require(descriptor, "open(" + namespace + ")");
            long result = SystemCalls.call(state, SystemCalls.SETNS, descriptor, CLONE_NEWNET, 0);
            SystemCalls.call(state, SystemCalls.CLOSE, descriptor, 0, 0);
            require(result, "setns(" + namespace + ", CLONE_NEWNET)");
        }
    }

    /** One for drivers that do not tell, such as that of lo. */
    private static int receiveQueueCount(Arena arena, Question question) {
        MemorySegment channels = arena.allocate(CHANNELS_BYTES, Long.BYTES);
        channels.set(JAVA_INT, 0, ETHTOOL_GCHANNELS);
        question.request().set(JAVA_LONG, UNION, channels.address());
        if (question.tryToAsk(SIOCETHTOOL) < 0) {
            return 1;
        }
        return Math.max(1, channels.get(JAVA_INT, RECEIVE_COUNT) + channels.get(JAVA_INT, COMBINED_COUNT));
    }

    private static void require(long result, String call) {
        if (result < 0) {
            throw new SystemCallException(call, (int) -result);
        }
    }

    /** A struct ifreq and the socket to ask with. */
    private record Question(MemorySegment state, long descriptor, MemorySegment request, String name) {
        void ask(long number, String text) {
            require(tryToAsk(number), "ioctl(" + text + ", " + name + ")");
        }

        long tryToAsk(long number) {
            return SystemCalls.call(state, SystemCalls.IOCTL, descriptor, number, request.address());
        }
    }
}
