package io.packetfs.afxdp;

import java.util.Arrays;

/**
 * Which state each frame of a range is in. Every move names the state it comes from, so a frame that is in two places is noticed
 * when it happens. One thread calls it.
 */
// A state is a byte in an array, and the array one byte per frame: so states go by their numbers in here, and nowhere
// else.
@SuppressWarnings("EnumOrdinal")
public final class FrameLedger {
    private static final FrameState[] STATES = FrameState.values();

    private final int firstFrame;
    private final byte[] states;
    private final int[] counts = new int[STATES.length];
    private final int[] free;

    /**
     * All frames are free at first.
     *
     * @param firstFrame number of the first frame in the packet memory
     * @param frameCount at least 1
     */
    public FrameLedger(int firstFrame, int frameCount) {
        if (firstFrame < 0 || frameCount < 1) {
            throw new IllegalArgumentException(frameCount + " frames from " + firstFrame + " on");
        }
        this.firstFrame = firstFrame;
        states = new byte[frameCount];
        free = new int[frameCount];
        for (int i = 0; i < frameCount; i++) {
            // The last is taken first: so the first frames are in use first.
            free[i] = firstFrame + frameCount - 1 - i;
        }
        counts[FrameState.FREE.ordinal()] = frameCount;
    }

    public int firstFrame() {
        return firstFrame;
    }

    public int frameCount() {
        return states.length;
    }

    /** Frames in this state. */
    public int count(FrameState state) {
        return counts[state.ordinal()];
    }

    public FrameState state(int frame) {
        return STATES[states[index(frame)]];
    }

    /** Whether the frame is of this range and in this state. */
    public boolean has(long frame, FrameState state) {
        long index = frame - firstFrame;
        return index >= 0 && index < states.length && states[(int) index] == state.ordinal();
    }

    /**
     * Takes a free frame.
     *
     * @param to the state it goes to, not {@link FrameState#FREE}
     * @throws IllegalStateException if none is free
     */
    public int take(FrameState to) {
        int freeCount = counts[FrameState.FREE.ordinal()];
        if (freeCount == 0) {
            throw new IllegalStateException("no frame is free: " + this);
        }
        int frame = free[freeCount - 1];
        move(frame, FrameState.FREE, to);
        return frame;
    }

    /**
     * Moves a frame between two states of which neither is {@link FrameState#FREE}, or frees it.
     *
     * @throws IllegalStateException if it is in another state than {@code from}
     */
    public void hand(int frame, FrameState from, FrameState to) {
        if (from == FrameState.FREE) {
            throw new IllegalArgumentException("a free frame is taken");
        }
        move(frame, from, to);
        if (to == FrameState.FREE) {
            free[counts[FrameState.FREE.ordinal()] - 1] = frame;
        }
    }

    /** Frees all frames, when the kernel has let go of them all. */
    void freeAll() {
        Arrays.fill(states, (byte) FrameState.FREE.ordinal());
        Arrays.fill(counts, 0);
        counts[FrameState.FREE.ordinal()] = states.length;
        for (int i = 0; i < states.length; i++) {
            free[i] = firstFrame + states.length - 1 - i;
        }
    }

    /**
     * Counts everything anew.
     *
     * @throws IllegalStateException if the counts, the states and the free frames do not agree
     */
    public void checkBalance() {
        int[] recounted = new int[STATES.length];
        for (byte state : states) {
            recounted[state]++;
        }
        boolean[] seen = new boolean[states.length];
        boolean freeAgree = true;
        for (int i = 0; i < counts[FrameState.FREE.ordinal()]; i++) {
            int index = free[i] - firstFrame;
            freeAgree &= states[index] == FrameState.FREE.ordinal() && !seen[index];
            seen[index] = true;
        }
        if (!Arrays.equals(recounted, counts) || !freeAgree) {
            throw new IllegalStateException("the frames do not balance: " + this + ", recounted "
                    + Arrays.toString(recounted) + (freeAgree ? "" : ", and a frame is free twice or not at all"));
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("frames " + firstFrame + "+" + states.length);
        for (FrameState state : STATES) {
            text.append(' ').append(state).append('=').append(count(state));
        }
        return text.toString();
    }

    private void move(int frame, FrameState from, FrameState to) {
        int index = index(frame);
        if (states[index] != from.ordinal() || from == to) {
            throw new IllegalStateException(
                    "frame " + frame + " goes from " + from + " to " + to + " and is " + STATES[states[index]]);
        }
        states[index] = (byte) to.ordinal();
        counts[from.ordinal()]--;
        counts[to.ordinal()]++;
    }

    private int index(int frame) {
        int index = frame - firstFrame;
        if (index < 0 || index >= states.length) {
            throw new IllegalStateException("frame " + frame + " is not of " + this);
        }
        return index;
    }
}
