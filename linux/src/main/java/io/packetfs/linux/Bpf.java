package io.packetfs.linux;

import java.nio.file.Path;

/** Programs that run at a network device before the kernel's own stack (XDP), and their maps. Any thread may call. */
public interface Bpf {
    /** The most characters of an object's name. */
    int NAME_CHARACTERS_MAX = 15;

    /** Where a program runs. */
    enum XdpMode {
        /** In the device's driver, before the kernel has made a packet of what came. */
        NATIVE(4),
        /** In the kernel, for devices whose driver knows no XDP: it works everywhere, after a copy. */
        SKB(2);

        private final int flag;

        XdpMode(int flag) {
            this.flag = flag;
        }

        int flag() {
            return flag;
        }
    }

    /**
     * What the kernel tells of a map of sockets.
     *
     * @param name given when it was made
     * @param entryCount places for sockets, one for each queue
     */
    record MapInfo(String name, int entryCount) {}

    /**
     * Makes a map from queues to AF_XDP sockets.
     *
     * @param name at most {@value #NAME_CHARACTERS_MAX} letters, digits, points and underscores
     * @throws SystemCallException with {@link Errno#EPERM} if this process lacks CAP_BPF or CAP_NET_ADMIN
     */
    BpfObject createSocketMap(String name, int entryCount);

    /** Puts a socket into its queue's place. */
    void put(BpfObject map, int queue, int socketDescriptor);

    /** Empties a queue's place, if there was a socket. */
    void remove(BpfObject map, int queue);

    /**
     * Loads a program.
     *
     * @param instructions struct bpf_insn, 8 bytes each
     * @param multiBuffer whether it can see packets in several buffers (BPF_F_XDP_HAS_FRAGS)
     * @throws BpfRejectedException if the verifier refuses it; with the verifier's reasons
     */
    BpfObject loadXdp(String name, byte[] instructions, boolean multiBuffer);

    /**
     * Runs an XDP program once over a packet that no device has received, as if it had come from queue 0; it is not passed on.
     *
     * @param packet from the Ethernet header on, at least 14 bytes
     * @return what the program returns: 2 to pass the packet to the kernel, 4 to redirect it
     */
    int run(BpfObject program, byte[] packet);

    /**
     * Lets a program see what a device receives; ends when the link is closed and not pinned.
     *
     * @throws SystemCallException with {@link Errno#EBUSY} if another program is there already, {@link Errno#EOPNOTSUPP} if the device
     *     does not know this mode
     */
    BpfObject link(BpfObject program, int deviceIndex, XdpMode mode);

    /**
     * Gives an object a name in a file system of type bpf.
     *
     * @throws SystemCallException with {@link Errno#EEXIST} if the name is taken
     */
    void pin(BpfObject object, Path path);

    /** Opens a pinned object. */
    BpfObject openPinned(Path path);

    /** What a map of sockets is; throws {@link IllegalArgumentException} if the object is another thing. */
    MapInfo socketMapInfo(BpfObject map);

    /** The index of the device that a link belongs to, 0 if it is gone; throws {@link IllegalArgumentException} if it is no XDP link. */
    int linkDeviceIndex(BpfObject link);
}
