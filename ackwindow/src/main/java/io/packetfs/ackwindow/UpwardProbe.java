package io.packetfs.ackwindow;

/**
 * What {@link Bbr}'s last probe upwards has shown so far. It is judged by what becomes of the packets sent in it, which is known a round
 * trip after it has ended.
 */
final class UpwardProbe {
    private boolean isSample;
    private boolean isEnding;
    private boolean wasTooHigh;
    private boolean wasCautious;

    /** The pipe is being filled for the next one. */
    void prepare() {
        isEnding = false;
        wasCautious = false;
    }

    void begin() {
        isSample = true;
    }

    /** Nothing more is sent in it; the round trip that follows shows the rest. */
    void end() {
        isEnding = true;
    }

    /** All is known. */
    void settle() {
        isSample = false;
        isEnding = false;
    }

    void onTooHigh() {
        wasTooHigh = true;
        isSample = false;
    }

    /** It ended before it was too much. */
    void notTooHigh() {
        wasTooHigh = false;
    }

    /** It stopped where the one before it had been too much. */
    void onCautious() {
        wasCautious = true;
    }

    /** Whether losses that come to light are of packets sent in it. */
    boolean isSample() {
        return isSample;
    }

    /** Whether it has ended, and the next round that begins settles it. */
    boolean isEnding() {
        return isEnding;
    }

    boolean wasTooHigh() {
        return wasTooHigh;
    }

    boolean wasCautious() {
        return wasCautious;
    }
}
