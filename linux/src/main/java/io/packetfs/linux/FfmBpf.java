package io.packetfs.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** {@link Bpf} by bpf(2). */
final class FfmBpf implements Bpf {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.]{1," + NAME_CHARACTERS_MAX + "}");
    private static final int MAP_CREATE = 0;
    private static final int MAP_UPDATE_ELEM = 2;
    private static final int MAP_DELETE_ELEM = 3;
    private static final int PROG_LOAD = 5;
    private static final int OBJ_PIN = 6;
    private static final int OBJ_GET = 7;
    private static final int PROG_TEST_RUN = 10;
    private static final int OBJ_GET_INFO_BY_FD = 15;
    private static final int LINK_CREATE = 28;

    private static final int MAP_TYPE_XSKMAP = 17;
    private static final int PROG_TYPE_XDP = 6;
    private static final int LINK_TYPE_XDP = 6;
    private static final int ATTACH_TYPE_XDP = 37;
    private static final int F_XDP_HAS_FRAGS = 32;
    private static final int INSTRUCTION_BYTES = 8;
    private static final String LICENSE = "Apache-2.0";

    /** union bpf_attr as far as any call here uses it; the kernel takes a shorter one than its own, the rest as zero. */
    private static final int ATTRIBUTES_BYTES = 72;

    private static final int INFO_BYTES = 128;
    private static final int LOG_BYTES = 64 << 10;

    @Override
    public BpfObject createSocketMap(String name, int entryCount) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = attributes(arena);
            attributes.set(JAVA_INT, 0, MAP_TYPE_XSKMAP);
            attributes.set(JAVA_INT, 4, Integer.BYTES);
            attributes.set(JAVA_INT, 8, Integer.BYTES);
            attributes.set(JAVA_INT, 12, entryCount);
            writeName(attributes, 28, name);
            return open(MAP_CREATE, attributes, "bpf(BPF_MAP_CREATE, XSKMAP " + name + ", " + entryCount + ")");
        }
    }

    @Override
    public void put(BpfObject map, int queue, int socketDescriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = attributes(arena);
            attributes.set(JAVA_INT, 0, map.descriptor());
            attributes.set(JAVA_LONG, 8, arena.allocateFrom(JAVA_INT, queue).address());
            attributes.set(
                    JAVA_LONG,
                    16,
                    arena.allocateFrom(JAVA_INT, socketDescriptor).address());
            require(call(MAP_UPDATE_ELEM, attributes), "bpf(BPF_MAP_UPDATE_ELEM, XSKMAP, queue " + queue + ")");
        }
    }

    @Override
    public void remove(BpfObject map, int queue) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = attributes(arena);
            attributes.set(JAVA_INT, 0, map.descriptor());
            attributes.set(JAVA_LONG, 8, arena.allocateFrom(JAVA_INT, queue).address());
            require(call(MAP_DELETE_ELEM, attributes), "bpf(BPF_MAP_DELETE_ELEM, XSKMAP, queue " + queue + ")");
        }
    }

    @Override
    public BpfObject loadXdp(String name, byte[] instructions, boolean multiBuffer) {
        if (instructions.length == 0 || instructions.length % INSTRUCTION_BYTES != 0) {
            throw new IllegalArgumentException("a program of " + instructions.length + " bytes");
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment code = arena.allocate(instructions.length, Long.BYTES);
            MemorySegment.copy(instructions, 0, code, JAVA_BYTE, 0, instructions.length);
            MemorySegment attributes = attributes(arena);
            attributes.set(JAVA_INT, 0, PROG_TYPE_XDP);
            attributes.set(JAVA_INT, 4, instructions.length / INSTRUCTION_BYTES);
            attributes.set(JAVA_LONG, 8, code.address());
            attributes.set(JAVA_LONG, 16, arena.allocateFrom(LICENSE).address());
            attributes.set(JAVA_INT, 44, multiBuffer ? F_XDP_HAS_FRAGS : 0);
            writeName(attributes, 48, name);
            attributes.set(JAVA_INT, 68, ATTACH_TYPE_XDP);
            long result = call(PROG_LOAD, attributes);
            if (result >= 0) {
                return new Descriptor((int) result);
            }
            String call = "bpf(BPF_PROG_LOAD, XDP " + name + ", " + instructions.length / INSTRUCTION_BYTES
                    + " instructions)";
            if (result == -Errno.EPERM.number()) {
                throw new SystemCallException(call, (int) -result);
            }
            throw new BpfRejectedException(call, (int) -result, verifierLog(arena, attributes));
        }
    }

    @Override
    public int run(BpfObject program, byte[] packet) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocateFrom(JAVA_BYTE, packet);
            MemorySegment attributes = attributes(arena);
            attributes.set(JAVA_INT, 0, program.descriptor());
            attributes.set(JAVA_INT, 8, packet.length);
            attributes.set(JAVA_LONG, 16, data.address());
            require(call(PROG_TEST_RUN, attributes), "bpf(BPF_PROG_TEST_RUN, " + packet.length + " bytes)");
            return attributes.get(JAVA_INT, 4);
        }
    }

    @Override
    public BpfObject link(BpfObject program, int deviceIndex, XdpMode mode) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = attributes(arena);
            attributes.set(JAVA_INT, 0, program.descriptor());
            attributes.set(JAVA_INT, 4, deviceIndex);
            attributes.set(JAVA_INT, 8, ATTACH_TYPE_XDP);
            attributes.set(JAVA_INT, 12, mode.flag());
            return open(LINK_CREATE, attributes, "bpf(BPF_LINK_CREATE, XDP, device " + deviceIndex + ", " + mode + ")");
        }
    }

    @Override
    public void pin(BpfObject object, Path path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = attributes(arena);
            attributes.set(JAVA_LONG, 0, PathBytes.allocate(arena, path).address());
            attributes.set(JAVA_INT, 8, object.descriptor());
            require(call(OBJ_PIN, attributes), "bpf(BPF_OBJ_PIN, " + path + ")");
        }
    }

    @Override
    public BpfObject openPinned(Path path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = attributes(arena);
            attributes.set(JAVA_LONG, 0, PathBytes.allocate(arena, path).address());
            return open(OBJ_GET, attributes, "bpf(BPF_OBJ_GET, " + path + ")");
        }
    }

    @Override
    public MapInfo socketMapInfo(BpfObject map) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = info(arena, map);
            if (info.get(JAVA_INT, 0) != MAP_TYPE_XSKMAP || info.get(JAVA_INT, 12) != Integer.BYTES) {
                throw new IllegalArgumentException("no map of AF_XDP sockets");
            }
            return new MapInfo(readName(info, 24), info.get(JAVA_INT, 16));
        }
    }

    @Override
    public int linkDeviceIndex(BpfObject link) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = info(arena, link);
            if (info.get(JAVA_INT, 0) != LINK_TYPE_XDP) {
                throw new IllegalArgumentException("no link of an XDP program");
            }
            return info.get(JAVA_INT, 16);
        }
    }

    /** The verifier is asked a second time, with a buffer: a log costs time that a good program need not pay. */
    private static String verifierLog(Arena arena, MemorySegment attributes) {
        MemorySegment log = arena.allocate(LOG_BYTES);
        attributes.set(JAVA_INT, 24, 1);
        attributes.set(JAVA_INT, 28, LOG_BYTES);
        attributes.set(JAVA_LONG, 32, log.address());
        long result = call(PROG_LOAD, attributes);
        if (result >= 0) {
            new Descriptor((int) result).close();
        }
        log.set(JAVA_BYTE, LOG_BYTES - 1, (byte) 0);
        return log.getString(0, StandardCharsets.ISO_8859_1);
    }

    /** The kernel's description of an object, zeros behind its end. */
    private static MemorySegment info(Arena arena, BpfObject object) {
        MemorySegment info = arena.allocate(INFO_BYTES, Long.BYTES);
        MemorySegment attributes = attributes(arena);
        attributes.set(JAVA_INT, 0, object.descriptor());
        attributes.set(JAVA_INT, 4, INFO_BYTES);
        attributes.set(JAVA_LONG, 8, info.address());
        require(call(OBJ_GET_INFO_BY_FD, attributes), "bpf(BPF_OBJ_GET_INFO_BY_FD)");
        return info;
    }

    private static MemorySegment attributes(Arena arena) {
        return arena.allocate(ATTRIBUTES_BYTES, Long.BYTES);
    }

    private static void writeName(MemorySegment attributes, long offset, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' is no name for a BPF object");
        }
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        MemorySegment.copy(bytes, 0, attributes, JAVA_BYTE, offset, bytes.length);
    }

    private static String readName(MemorySegment info, long offset) {
        return info.asSlice(offset, NAME_CHARACTERS_MAX + 1).getString(0, StandardCharsets.ISO_8859_1);
    }

    private static BpfObject open(int command, MemorySegment attributes, String call) {
        long result = call(command, attributes);
        require(result, call);
        return new Descriptor((int) result);
    }

    private static long call(int command, MemorySegment attributes) {
        return SystemCalls.call(
                SystemCalls.newErrnoState(), SystemCalls.BPF, command, attributes.address(), ATTRIBUTES_BYTES);
    }

    private static void require(long result, String call) {
        if (result < 0) {
            throw new SystemCallException(call, (int) -result);
        }
    }

    /** An object by its file descriptor. */
    private static final class Descriptor implements BpfObject {
        private final int number;
        private boolean closed;

        Descriptor(int number) {
            this.number = number;
        }

        @Override
        public int descriptor() {
            return number;
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                SystemCalls.call(SystemCalls.newErrnoState(), SystemCalls.CLOSE, number, 0, 0);
            }
        }
    }
}
