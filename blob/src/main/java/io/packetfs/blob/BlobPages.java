package io.packetfs.blob;

import io.packetfs.linux.PageSize;
import java.util.Locale;

/** The pages that a blob's memory is made of. */
public enum BlobPages {
    /** The largest that can be had; the blob tells which, and why. */
    AUTO("auto", PageSize.ORDINARY),
    /** Reserved pages of 1 GiB. */
    HUGE_1G("1g", PageSize.HUGE_1_GIB),
    /** Reserved pages of 2 MiB. */
    HUGE_2M("2m", PageSize.HUGE_2_MIB),
    /** Ordinary pages that the kernel is asked to merge into huge ones. */
    TRANSPARENT("thp", PageSize.ORDINARY),
    /** Ordinary pages. */
    ORDINARY("small", PageSize.ORDINARY);

    private final String label;
    private final PageSize size;

    BlobPages(String label, PageSize size) {
        this.label = label;
        this.size = size;
    }

    /** As options name it. */
    public String label() {
        return label;
    }

    boolean isReserved() {
        return size.isHuge();
    }

    PageSize size() {
        return size;
    }

    /** {@code bytes} made up to whole reserved pages. */
    long roundUp(long bytes) {
        long page = isReserved() ? size.bytes() : 4_096;
        return Math.addExact(bytes, page - 1) / page * page;
    }

    /**
     * The pages that an option names.
     *
     * @throws IllegalArgumentException with a sentence
     */
    public static BlobPages of(String label) {
        for (BlobPages pages : values()) {
            if (pages.label.equals(label.toLowerCase(Locale.ROOT))) {
                return pages;
            }
        }
        throw new IllegalArgumentException("'" + label + "' is none of auto, 1g, 2m, thp, small");
    }
}
