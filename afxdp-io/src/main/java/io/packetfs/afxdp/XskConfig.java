package io.packetfs.afxdp;

import io.packetfs.linux.NetworkDevices.NetworkDevice;
import java.util.Objects;

/** What a socket is to be like. Immutable: each {@code with} gives a changed copy. */
public final class XskConfig {
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

    private final NetworkDevice device;
    private final int queue;
    private final int frameCount;
    private int receiveEntries = ENTRIES_DEFAULT;
    private int transmitEntries = ENTRIES_DEFAULT;
    private int transmitBudget = ENTRIES_DEFAULT;
    private int sendBufferBytes = SEND_BUFFER_BYTES_DEFAULT;
    private int busyRetryMs = BUSY_RETRY_MS_DEFAULT;
    private ZeroCopy zeroCopy = ZeroCopy.AUTO;
    private boolean needWakeup = true;
    private boolean multiBuffer;

    private XskConfig(NetworkDevice device, int queue, int frameCount) {
        this.device = Objects.requireNonNull(device, "device");
        this.queue = queue;
        this.frameCount = frameCount;
        if (queue < 0 || frameCount < 1) {
            throw new IllegalArgumentException("queue " + queue + " with " + frameCount + " frames");
        }
    }

    private XskConfig(XskConfig other) {
        this(other.device, other.queue, other.frameCount);
        receiveEntries = other.receiveEntries;
        transmitEntries = other.transmitEntries;
        transmitBudget = other.transmitBudget;
        sendBufferBytes = other.sendBufferBytes;
        busyRetryMs = other.busyRetryMs;
        zeroCopy = other.zeroCopy;
        needWakeup = other.needWakeup;
        multiBuffer = other.multiBuffer;
    }

    /**
     * Rings of 2048 entries, zero-copy if possible, wake-ups, one frame per packet; a queue just closed is waited for.
     *
     * @param queue of the device, from 0 on
     * @param frameCount frames of the packet memory that become the socket's own; a socket that shares device and queue with an open one
     *     of the same memory shares that one's frames instead
     */
    public static XskConfig of(NetworkDevice device, int queue, int frameCount) {
        return new XskConfig(device, queue, frameCount);
    }

    /**
     * Sets the sizes of the rings: powers of two.
     *
     * @param receive of RX and FILL; 0 for a socket that only sends
     * @param transmit of TX and COMPLETION, and the budget; 0 for a socket that only receives
     */
    public XskConfig withEntries(int receive, int transmit) {
        checkEntries("RX", receive);
        checkEntries("TX", transmit);
        if (receive + transmit == 0) {
            throw new IllegalArgumentException("a socket that neither receives nor sends");
        }
        XskConfig copy = new XskConfig(this);
        copy.receiveEntries = receive;
        copy.transmitEntries = transmit;
        copy.transmitBudget = transmit;
        return copy;
    }

    /** Sets how many packets one wake-up may send, as far as the kernel agrees: from 32 up to the TX ring's entries. */
    public XskConfig withTransmitBudget(int packetCount) {
        XskConfig copy = new XskConfig(this);
        copy.transmitBudget = notNegative("budget", packetCount);
        return copy;
    }

    /** Sets how many bytes may be under way inside the kernel, with its book-keeping. */
    public XskConfig withSendBuffer(int bytes) {
        XskConfig copy = new XskConfig(this);
        copy.sendBufferBytes = notNegative("send buffer", bytes);
        return copy;
    }

    /** Sets for how long a queue that is taken is asked for again: one that was just closed is free some milliseconds later. */
    public XskConfig withBusyRetry(int milliseconds) {
        XskConfig copy = new XskConfig(this);
        copy.busyRetryMs = notNegative("retry", milliseconds);
        return copy;
    }

    public XskConfig withZeroCopy(ZeroCopy wish) {
        XskConfig copy = new XskConfig(this);
        copy.zeroCopy = Objects.requireNonNull(wish, "wish");
        return copy;
    }

    /** Sets whether the kernel may sleep and ask to be woken up. */
    public XskConfig withNeedWakeup(boolean wish) {
        XskConfig copy = new XskConfig(this);
        copy.needWakeup = wish;
        return copy;
    }

    /** Sets whether packets may be larger than a frame; the program must allow it too. */
    public XskConfig withMultiBuffer(boolean wish) {
        XskConfig copy = new XskConfig(this);
        copy.multiBuffer = wish;
        return copy;
    }

    public NetworkDevice device() {
        return device;
    }

    public int queue() {
        return queue;
    }

    public int frameCount() {
        return frameCount;
    }

    public int receiveEntries() {
        return receiveEntries;
    }

    public int transmitEntries() {
        return transmitEntries;
    }

    public int fillEntries() {
        return Math.max(1, receiveEntries);
    }

    public int completionEntries() {
        return Math.max(1, transmitEntries);
    }

    public int transmitBudget() {
        return transmitBudget;
    }

    public int sendBufferBytes() {
        return sendBufferBytes;
    }

    public int busyRetryMs() {
        return busyRetryMs;
    }

    public ZeroCopy zeroCopy() {
        return zeroCopy;
    }

    public boolean needWakeup() {
        return needWakeup;
    }

    public boolean multiBuffer() {
        return multiBuffer;
    }

    private static int notNegative(String what, int value) {
        if (value < 0) {
            throw new IllegalArgumentException(what + " of " + value);
        }
        return value;
    }

    private static void checkEntries(String ring, int count) {
        if (count < 0 || count > RingMemory.ENTRIES_MAX || Integer.bitCount(count) > 1) {
            throw new IllegalArgumentException("a " + ring + " ring of " + count + " entries: a power of two up to "
                    + RingMemory.ENTRIES_MAX + " is needed");
        }
    }
}
