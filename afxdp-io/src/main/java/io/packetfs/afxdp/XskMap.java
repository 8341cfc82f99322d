package io.packetfs.afxdp;

import io.packetfs.linux.Bpf;
import io.packetfs.linux.BpfObject;
import io.packetfs.linux.Linux;
import java.nio.file.Path;

/**
 * The map from queues to sockets that a program looks into. The kernel removes a socket that is closed. Any thread may call.
 */
public final class XskMap implements AutoCloseable {
    private final BpfObject map;
    private final Bpf.MapInfo info;

    private XskMap(BpfObject map) {
        this.map = map;
        try {
            info = Linux.bpf().socketMapInfo(map);
        } catch (RuntimeException e) {
            map.close();
            throw e;
        }
    }

    /**
     * Makes an empty map.
     *
     * @param name at most {@value Bpf#NAME_CHARACTERS_MAX} letters, digits, points and underscores
     * @param queueCount queues of the device
     */
    public static XskMap create(String name, int queueCount) {
        return new XskMap(Linux.bpf().createSocketMap(name, queueCount));
    }

    /**
     * Opens a map that has a name in a file system of type bpf.
     *
     * @throws IllegalArgumentException if something else has that name
     */
    public static XskMap openPinned(Path path) {
        return new XskMap(Linux.bpf().openPinned(path));
    }

    public String name() {
        return info.name();
    }

    public int queueCount() {
        return info.entryCount();
    }

    /** Lets packets of the socket's queue go to the socket, in place of another that may have been there. */
    public void put(XskSocket socket) {
        int queue = socket.config().queue();
        if (queue >= queueCount()) {
            throw new IllegalArgumentException("queue " + queue + " in a map for " + queueCount());
        }
        Linux.bpf().put(map, queue, socket.descriptor());
    }

    /** Lets packets of a queue take their way through the kernel. */
    public void remove(int queue) {
        Linux.bpf().remove(map, queue);
    }

    public void pin(Path path) {
        Linux.bpf().pin(map, path);
    }

    BpfObject object() {
        return map;
    }

    /** Lets go of the map; a program that uses it keeps it. Idempotent. */
    @Override
    public void close() {
        map.close();
    }
}
