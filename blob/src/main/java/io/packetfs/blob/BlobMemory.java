package io.packetfs.blob;

import io.packetfs.linux.HostInfo;
import io.packetfs.linux.HugePagePools;
import io.packetfs.linux.HugePages;
import io.packetfs.linux.Linux;
import io.packetfs.linux.MappedMemory;
import io.packetfs.linux.SystemCallException;
import java.lang.foreign.Arena;
import java.util.OptionalLong;

/** Chooses pages, and maps memory that belongs to no file. */
final class BlobMemory {
    /** Pages, and why these. */
    record Choice(BlobPages pages, String reason) {}

    private BlobMemory() {}

    static Blob anonymous(long sizeBytes, BlobPages wanted) throws BlobException {
        if (!Linux.isAvailable()) {
            return portable(sizeBytes, wanted);
        }
        Choice choice = wanted == BlobPages.AUTO
                ? automatic(sizeBytes, HugePagePools.ofThisHost(), HugePages.read())
                : new Choice(wanted, "asked for");
        BlobPages pages = choice.pages();
        if (!pages.isReserved()) {
            requireAvailable(sizeBytes);
        }
        try {
            MappedMemory mapped = Linux.memoryMaps().anonymous(sizeBytes, pages.linux());
            return new Blob(mapped::close, mapped.memory(), pages, choice.reason());
        } catch (SystemCallException e) {
            throw new BlobException(refusal(sizeBytes, pages, e), e);
        }
    }

    /** Reserved pages if there are enough of them, or else transparent ones if the kernel makes any. */
    static Choice automatic(long sizeBytes, HugePagePools pools, HugePages transparent) {
        for (BlobPages pages : new BlobPages[] {BlobPages.HUGE_1G, BlobPages.HUGE_2M}) {
            long count = pages.roundUp(sizeBytes) / pages.linux().bytes();
            boolean worthWhile = pages.roundUp(sizeBytes) - sizeBytes <= sizeBytes / 8;
            if (worthWhile && pools.freeCount(pages.linux()) >= count) {
                return new Choice(pages, count + " pages of " + pages.label() + " are reserved and free");
            }
        }
        String mode = transparent.transparentMode().orElse("not known");
        String none = "too few huge pages are reserved, and transparent ones are in mode " + mode;
        return switch (mode) {
            case "always", "madvise" -> new Choice(BlobPages.TRANSPARENT, none);
            default -> new Choice(BlobPages.ORDINARY, none);
        };
    }

    /** Better a sentence now than the kernel ending some process later. */
    static void requireAvailable(long bytes) throws BlobException {
        OptionalLong available = HostInfo.read().memoryAvailableBytes();
        if (available.isPresent() && bytes > available.getAsLong()) {
            throw new BlobException("a blob of " + bytes + " bytes does not fit: " + available.getAsLong()
                    + " bytes of memory are available");
        }
    }

    private static String refusal(long sizeBytes, BlobPages pages, SystemCallException e) {
        String hint = pages.isReserved()
                ? "; of such pages " + HugePagePools.ofThisHost().freeCount(pages.linux()) + " are free, and "
                        + pages.roundUp(sizeBytes) / pages.linux().bytes() + " are needed (vm.nr_hugepages)"
                : "";
        return "no blob of " + sizeBytes + " bytes in pages of " + pages.label() + ": " + e.getMessage() + hint;
    }

    @SuppressWarnings("MustBeClosedChecker") // the blob's owner closes it
    private static Blob portable(long sizeBytes, BlobPages wanted) throws BlobException {
        if (wanted != BlobPages.AUTO && wanted != BlobPages.ORDINARY) {
            throw new BlobException("pages of " + wanted.label() + " cannot be had: " + Linux.unavailabilityCause());
        }
        Arena arena = Arena.ofShared();
        try {
            return new Blob(
                    arena::close,
                    arena.allocate(sizeBytes, Long.BYTES),
                    BlobPages.ORDINARY,
                    "the kernel cannot be asked: " + Linux.unavailabilityCause());
        } catch (OutOfMemoryError e) {
            arena.close();
            throw new BlobException("a blob of " + sizeBytes + " bytes does not fit: " + e.getMessage(), e);
        }
    }
}
