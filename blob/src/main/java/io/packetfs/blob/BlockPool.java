package io.packetfs.blob;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A bounded set of {@link Block}s, found by index. Memory is taken as it is needed and freed all at once. While blocks become idle
 * soon, few are in use, and those stay in the processor's cache.
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
    private final int idleCountMin;
    private final int capacityBytes;

    private int count;
    private B last;
    private long useCount;

    /**
     * A pool for an address space of {@code sizeBytes}; for a small one, blocks are no larger than it.
     *
     * @param blocks where the blocks are kept, empty: its length is the most there can be
     * @param idleCountMin idle blocks that keep what they hold for a while
     */
    BlockPool(B[] blocks, int idleCountMin, long sizeBytes, Maker<B> maker) {
        this.blocks = blocks;
        this.idleCountMin = idleCountMin;
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

    /**
     * A block to be given a new index: of enough idle ones that of the least recent use, or else a fresh one, or else, idle or not, that
     * of the least recent use.
     */
    B next() {
        B oldest = null;
        B oldestIdle = null;
        int idleCount = 0;
        for (int i = 0; i < count; i++) {
            B block = blocks[i];
            if (oldest == null || block.lastUse() < oldest.lastUse()) {
                oldest = block;
            }
            if (block.isIdle()) {
                idleCount++;
                if (oldestIdle == null || block.lastUse() < oldestIdle.lastUse()) {
                    oldestIdle = block;
                }
            }
        }
        if (oldestIdle != null && idleCount >= idleCountMin) {
            return use(oldestIdle);
        }
        if (count < blocks.length) {
            blocks[count] = maker.make(arena, capacityBytes);
            return use(blocks[count++]);
        }
        return use(oldest);
    }

    /** Memory beside the blocks, of the same life. */
    MemorySegment allocate(int bytes) {
        return arena.allocate(bytes);
    }

    int count() {
        return count;
    }

    B get(int i) {
        return blocks[i];
    }

    /** Idempotent. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }

    private B use(B block) {
        block.lastUse(++useCount);
        last = block;
        return block;
    }
}
