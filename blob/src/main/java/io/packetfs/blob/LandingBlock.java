package io.packetfs.blob;

import java.lang.foreign.Arena;

/** A block that takes bytes in any order, and knows which have landed in it and which of those its file does not have yet. */
final class LandingBlock extends Block {
    private final RangeSet landed = new RangeSet();
    private final RangeSet unwritten = new RangeSet();

    LandingBlock(Arena arena, int capacityBytes) {
        super(arena, capacityBytes);
    }

    @Override
    boolean isIdle() {
        return unwritten.isEmpty();
    }

    /** What the memory holds; the rest of it is undefined. */
    RangeSet landed() {
        return landed;
    }

    /** What still has to go to the file; a part of {@link #landed()}. */
    RangeSet unwritten() {
        return unwritten;
    }

    void add(int start, int end) {
        landed.add(start, end);
        unwritten.add(start, end);
    }

    boolean isCrowded() {
        return landed.isCrowded() || unwritten.isCrowded();
    }
}
