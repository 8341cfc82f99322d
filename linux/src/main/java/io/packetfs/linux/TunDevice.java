package io.packetfs.linux;

import java.lang.foreign.MemorySegment;

/**
 * An attached TUN device; calls never block. Opened, used and closed by any thread, but by one at a time. It may be moved to another
 * network namespace while it is attached.
 */
public interface TunDevice extends Pollable, AutoCloseable {
    /** The name it was opened by. */
    String name();

    /**
     * Takes the next IP packet that the kernel has sent.
     *
     * @param target native memory; what does not fit is cut off
     * @return bytes, or 0 if there is none
     * @throws SystemCallException if the device has been deleted ({@link Errno#EBADFD})
     */
    int read(MemorySegment target);

    /**
     * Hands an IP packet to the kernel, as if it had come in by this device.
     *
     * @param source native memory that starts with the packet
     * @param length at least 1, bytes
     * @return false if the packet was dropped, because the device is down or the kernel had no memory
     * @throws SystemCallException if the device has been deleted ({@link Errno#EBADFD}), or this is no IP packet ({@link
     *     Errno#EINVAL})
     */
    boolean write(MemorySegment source, int length);

    /** Detaches; a device that was made by opening it vanishes. Idempotent. */
    @Override
    void close();
}
