package io.packetfs.linux;

import java.nio.file.Path;

/** The network devices of the calling thread's network namespace. Any thread may call. */
public interface NetworkDevices {
    /** The most bytes of a device's name. */
    int NAME_BYTES_MAX = 15;

    /**
     * What a device is like.
     *
     * @param name its name
     * @param index the kernel's number for it
     * @param mtuBytes the largest IP packet it takes
     * @param up whether an administrator has switched it on
     * @param receiveQueueCount queues that packets arrive in, at least 1
     */
    record NetworkDevice(String name, int index, int mtuBytes, boolean up, int receiveQueueCount) {}

    /**
     * Looks a device up.
     *
     * @throws SystemCallException with {@link Errno#ENODEV} if there is none of this name
     */
    NetworkDevice find(String name);

    /**
     * Moves the calling thread, and no other, into a network namespace: sockets that it opens from now on are there.
     *
     * @param namespace a file such as {@code /run/netns/NAME} or {@code /proc/PID/ns/net}
     * @throws SystemCallException if there is none, or the process lacks CAP_SYS_ADMIN
     */
    void enterNamespace(Path namespace);

    /**
     * Sets whether a device merges what arrives in a row (GRO), which a virtual one does not at first.
     *
     * @throws SystemCallException with {@link Errno#EPERM} if this process lacks CAP_NET_ADMIN
     */
    void mergeOnReceive(String name, boolean merge);
}
