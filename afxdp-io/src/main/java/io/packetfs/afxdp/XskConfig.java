package io.packetfs.afxdp;

import io.packetfs.linux.NetworkDevices.NetworkDevice;
import java.util.Objects;

/**
 * What a socket is to be like. Ring sizes are powers of two.
 *
 * @param device where
 * @param queue of the device, from 0 on
 * @param frameCount frames of the packet memory that become the socket's own; a socket that shares device and queue with an open one of
 *     the same memory shares that one's frames instead
 * @param receiveEntries of the RX ring; 0 for a socket that only sends
 * @param transmitEntries of the TX ring; 0 for a socket that only receives
 * @param fillEntries of the FILL ring
 * @param completionEntries of the COMPLETION ring
 * @param zeroCopy whether the device is asked to use the packet memory itself
 * @param needWakeup whether the kernel may sleep and ask to be woken up
 * @param multiBuffer whether packets may be larger than a frame; the program must allow it too
 * @param transmitBudget packets that one wake-up may send, as far as the kernel agrees: from 32 up to the TX ring's entries
 * @param sendBufferBytes bytes that may be under way inside the kernel
 * @param busyRetryMs how long a queue that is taken is asked for again; one that was just closed is free some milliseconds later
 */
public record XskConfig(
        NetworkDevice device,
        int queue,
        int frameCount,
        int receiveEntries,
        int transmitEntries,
        int fillEntries,
        int completionEntries,
        ZeroCopy zeroCopy,
        boolean needWakeup,
        boolean multiBuffer,
        int transmitBudget,
        int sendBufferBytes,
        int busyRetryMs) {
    /** Whether the device's driver reads and writes the packet memory itself. */
    public enum ZeroCopy {
        NEVER,
        /** If the driver can. */
        AUTO,
        REQUIRED
    }

    private static final int ENTRIES_DEFAULT = 2048;
    private static final int SEND_BUFFER_BYTES_DEFAULT = 32 << 20;
    private static final int BUSY_RETRY_MS_DEFAULT = 500;

    public XskConfig {
        Objects.requireNonNull(device);
        if (queue < 0 || frameCount < 1) {
            throw new IllegalArgumentException("queue " + queue + " with " + frameCount + " frames");
        }
        checkEntries("RX", receiveEntries, 0);
        checkEntries("TX", transmitEntries, 0);
        checkEntries("FILL", fillEntries, 1);
        checkEntries("COMPLETION", completionEntries, 1);
        if (receiveEntries + transmitEntries == 0) {
            throw new IllegalArgumentException("a socket that neither receives nor sends");
        }
        if (transmitBudget < 0 || sendBufferBytes < 0 || busyRetryMs < 0) {
            throw new IllegalArgumentException("budget " + transmitBudget + ", send buffer " + sendBufferBytes
                    + ", retries for " + busyRetryMs + " ms");
        }
    }

    /** Rings of 2048 entries, zero-copy if possible, wake-ups, one frame per packet, a queue just closed is waited for. */
    public static XskConfig of(NetworkDevice device, int queue, int frameCount) {
        return new XskConfig(
                device,
                queue,
                frameCount,
                ENTRIES_DEFAULT,
                ENTRIES_DEFAULT,
                ENTRIES_DEFAULT,
                ENTRIES_DEFAULT,
                ZeroCopy.AUTO,
                true,
                false,
                ENTRIES_DEFAULT,
                SEND_BUFFER_BYTES_DEFAULT,
                BUSY_RETRY_MS_DEFAULT);
    }

    /** Sets RX and FILL, and TX, COMPLETION and the budget. */
    public XskConfig withEntries(int receive, int transmit) {
        return new XskConfig(
                device,
                queue,
                frameCount,
                receive,
                transmit,
                Math.max(1, receive),
                Math.max(1, transmit),
                zeroCopy,
                needWakeup,
                multiBuffer,
                transmit,
                sendBufferBytes,
                busyRetryMs);
    }

    public XskConfig withZeroCopy(ZeroCopy wish) {
        return new XskConfig(
                device,
                queue,
                frameCount,
                receiveEntries,
                transmitEntries,
                fillEntries,
                completionEntries,
                wish,
                needWakeup,
                multiBuffer,
                transmitBudget,
                sendBufferBytes,
                busyRetryMs);
    }

    public XskConfig withMultiBuffer(boolean wish) {
        return new XskConfig(
                device,
                queue,
                frameCount,
                receiveEntries,
                transmitEntries,
                fillEntries,
                completionEntries,
                zeroCopy,
                needWakeup,
                wish,
                transmitBudget,
                sendBufferBytes,
                busyRetryMs);
    }

    public XskConfig withTransmitBudget(int packetCount) {
        return new XskConfig(
                device,
                queue,
                frameCount,
                receiveEntries,
                transmitEntries,
                fillEntries,
                completionEntries,
                zeroCopy,
                needWakeup,
                multiBuffer,
                packetCount,
                sendBufferBytes,
                busyRetryMs);
    }

    public XskConfig withBusyRetry(int milliseconds) {
        return new XskConfig(
                device,
                queue,
                frameCount,
                receiveEntries,
                transmitEntries,
                fillEntries,
                completionEntries,
                zeroCopy,
                needWakeup,
                multiBuffer,
                transmitBudget,
                sendBufferBytes,
                milliseconds);
    }

    private static void checkEntries(String ring, int count, int min) {
        if (count < min || count > RingMemory.ENTRIES_MAX || Integer.bitCount(count) > 1) {
            throw new IllegalArgumentException("a " + ring + " ring of " + count + " entries: a power of two up to "
                    + RingMemory.ENTRIES_MAX + " is needed");
        }
    }
}
