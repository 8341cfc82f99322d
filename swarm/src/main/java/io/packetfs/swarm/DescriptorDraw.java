package io.packetfs.swarm;

import io.packetfs.protocol.DescriptorList;
import io.packetfs.protocol.GramLimits;
import java.util.SplittableRandom;

/** Draws which bytes of a common blob a gram names. */
final class DescriptorDraw {
    private static final int COUNT_BITS_MAX = 10;
    private static final int ALIGNMENT_BITS_MAX = 10;
    private static final int RUN_MAX = 30;
    private static final int STRIDE_MAX = 3_000;

    private final SplittableRandom random;
    private final boolean isRegular;
    private final int blobBytes;
    private final long alignment;
    private int[] lengths;

    /**
     * @param isRegular whether offsets come in runs of equal distances
     * @param blobBytes at least {@link BlobPlan#BYTES_MIN}
     */
    DescriptorDraw(SplittableRandom random, boolean isRegular, int blobBytes) {
        this.random = random;
        this.isRegular = isRegular;
        this.blobBytes = blobBytes;
        alignment = 1L << random.nextInt(ALIGNMENT_BITS_MAX);
    }

    /** Descriptors of so many bytes in all, at least 1. */
    DescriptorList draw(int totalBytes) {
        drawLengths(totalBytes);
        DescriptorList list = new DescriptorList();
        long offset = 0;
        long stride = 0;
        int run = 0;
        for (int length : lengths) {
            offset += stride;
            if (run == 0 || offset < 0 || offset > blobBytes - length) {
                run = isRegular ? 1 + random.nextInt(RUN_MAX) : 1;
                stride = aligned(random.nextInt(STRIDE_MAX)) * (random.nextInt(4) == 0 ? -1 : 1);
                offset = aligned(random.nextInt(blobBytes - length + 1));
            }
            list.add(offset, length);
            run--;
        }
        return list;
    }

    private void drawLengths(int totalBytes) {
        int lengthMax = Math.min(blobBytes, GramLimits.DEFAULTS.descriptorBytesMax());
        int countMin = Math.ceilDiv(totalBytes, lengthMax);
        int countMax = Math.min(totalBytes, GramLimits.DEFAULTS.descriptorCountMax());
        int count = Math.min(countMax, countMin + random.nextInt(1 << random.nextInt(COUNT_BITS_MAX + 1)));
        lengths = new int[count];
        for (int i = 0; i < count; i++) {
            lengths[i] = totalBytes / count + (i < totalBytes % count ? 1 : 0);
        }
        boolean isUneven = random.nextBoolean();
        for (int i = 1; isUneven && i < count; i += 2) {
            int shift = random.nextInt(Math.min(lengths[i - 1], lengthMax - lengths[i] + 1));
            lengths[i - 1] -= shift;
            lengths[i] += shift;
        }
    }

    private long aligned(int offset) {
        return offset & -alignment;
    }
}
