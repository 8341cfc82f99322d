package io.packetfs.blob;

import io.packetfs.linux.MemoryMaps.Pages;
import java.util.Locale;

/** The pages that a blob's memory is made of. */
public enum BlobPages {
    /** The largest that can be had; the blob tells which, and why. */
    AUTO("auto", Pages.PLAIN),
    /** Reserved pages of 1 GiB. */
    HUGE_1G("1g", Pages.HUGE_1_GIB),
    /** Reserved pages of 2 MiB. */
    HUGE_2M("2m", Pages.HUGE_2_MIB),
    /** Ordinary pages that the kernel is asked to merge into huge ones. */
    TRANSPARENT("thp", Pages.TRANSPARENT_HUGE),
    /** Ordinary pages. */
    ORDINARY("small", Pages.PLAIN);

    private final String label;
    private final Pages linux;

    BlobPages(String label, Pages linux) {
        this.label = label;
        this.linux = linux;
    }

    /** As options name it. */
    public String label() {
        return label;
    }

    boolean isReserved() {
        return linux.isReserved();
    }

    Pages linux() {
        return linux;
    }

    /** {@code bytes} made up to whole reserved pages. */
    long roundUp(long bytes) {
        long page = isReserved() ? linux.bytes() : 4_096;
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
