package io.packetfs.blob;

import java.lang.foreign.Arena;

/**
 * A bounded set of {@link Block}s, found by index, given up by least recent use. Memory is taken as it is first needed and freed all at
 * once.
 */
final class BlockPool<B extends Block> implements AutoCloseable {
    /** Makes a block of a kind. */
    @FunctionalInterface
    interface Maker<B> {
        B make(Arena arena, int capacityBytes);
    }

    // Shared, because the thread that opens a landing is seldom the agent that writes to it.
    private final Arena arena = Arena.ofShared();
    private final Maker<B> maker;
    private final B[] blocks;
    private final int capacityBytes;

    private int count;
    private B last;
    private long useCount;

    /** A pool for an address space of {@code sizeBytes}; for a small one, blocks are no larger than it. */
    BlockPool(B[] blocks, long sizeBytes, Maker<B> maker) {
        this.blocks = blocks;
        this.maker = maker;
        capacityBytes = (int) Math.min(Block.BYTES, sizeBytes);
    }

    /** The block that stands for this index, or null. */
    B find(long index) {
        if (last != null && last.index() == index) {
            return last;
        }
        for (int i = 0; i < count; i++) {
            if (blocks[i].index() == index) {
                return use(blocks[i]);
            }
        }
        return null;
    }

    /** A block that may be given a new index: a fresh one, or the one that was not used for the longest time. */
    B oldest() {
        if (count < blocks.length) {
            blocks[count] = maker.make(arena, capacityBytes);
            return use(blocks[count++]);
        }
        B oldest = blocks[0];
        for (B block : blocks) {
            if (block.lastUse() < oldest.lastUse()) {
                oldest = block;
            }
        }
        return use(oldest);
    }

    int count() {
        return count;
    }

    B get(int i) {
        return blocks[i];
    }

    @Override
    public void close() {
        arena.close();
    }

    private B use(B block) {
        block.lastUse(++useCount);
        last = block;
        return block;
    }
}
