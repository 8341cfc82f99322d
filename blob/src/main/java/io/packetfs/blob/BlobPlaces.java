package io.packetfs.blob;

import io.packetfs.linux.HugePagePools;
import io.packetfs.linux.HugePages;
import io.packetfs.linux.Linux;
import io.packetfs.linux.SystemCallException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where the files of blobs lie (spec: BLB-2). A name without a slash means a file {@code NAME.blob} on hugetlbfs or in {@code /dev/shm};
 * anything else is a path.
 */
public final class BlobPlaces {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final String SUFFIX = ".blob";
    private static final BlobPages[] RESERVED = {BlobPages.HUGE_1G, BlobPages.HUGE_2M};

    private BlobPlaces() {}

    /**
     * The file in which a new blob of a name or path is to lie.
     *
     * @throws BlobException if it is no name, the blob is there already, or pages of this kind have no place
     */
    public static Path placeFor(String nameOrPath, long sizeBytes, BlobPages pages) throws BlobException {
        if (nameOrPath.indexOf('/') >= 0) {
            return path(nameOrPath);
        }
        checkName(nameOrPath);
        Optional<Path> taken = existing(nameOrPath);
        if (taken.isPresent()) {
            throw new BlobException("there is a blob " + nameOrPath + " already: " + taken.get());
        }
        return folderFor(sizeBytes, pages).resolve(nameOrPath + SUFFIX);
    }

    /**
     * The file of a blob that is there.
     *
     * @throws BlobException if it is no name, or there is none
     */
    public static Path find(String nameOrPath) throws BlobException {
        if (nameOrPath.indexOf('/') >= 0) {
            return path(nameOrPath);
        }
        checkName(nameOrPath);
        return existing(nameOrPath)
                .orElseThrow(
                        () -> new BlobException("there is no blob " + nameOrPath + "; looked for it in " + folders()));
    }

    /** The pages that a file will have where it lies, or the reason why it cannot have those that are wanted. */
    static BlobMemory.Choice choose(Path path, BlobPages wanted) throws BlobException {
        if (!Linux.isAvailable()) {
            return fixed(wanted, BlobPages.ORDINARY, "the kernel cannot be asked");
        }
        Path folder = path.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new BlobException("there is no folder " + folder);
        }
        String type;
        try {
            type = Linux.fileSpace().space(folder).type();
        } catch (SystemCallException e) {
            throw new BlobException("cannot use " + folder + ": " + e.getMessage(), e);
        }
        return switch (type) {
            case "hugetlbfs" -> fixed(wanted, reservedPagesOf(folder), folder + " is hugetlbfs");
            case "tmpfs" -> inSharedMemory(wanted);
            default -> fixed(wanted, BlobPages.ORDINARY, folder + " is " + type + ", which has pages of its own");
        };
    }

    /** The pages for a file in memory without a name. */
    static BlobMemory.Choice chooseInMemory(long fileBytes, BlobPages wanted) throws BlobException {
        if (wanted.isReserved()) {
            return new BlobMemory.Choice(wanted, "asked for");
        }
        if (wanted == BlobPages.AUTO) {
            BlobMemory.Choice choice = BlobMemory.automatic(fileBytes, HugePagePools.ofThisHost(), HugePages.read());
            if (choice.pages().isReserved()) {
                return choice;
            }
        }
        return inSharedMemory(wanted);
    }

    private static BlobMemory.Choice inSharedMemory(BlobPages wanted) throws BlobException {
        String mode = HugePagePools.ofThisHost().sharedMemoryMode().orElse("not known");
        String reason = "transparent huge pages of shared memory are in mode " + mode;
        return switch (mode) {
            case "advise", "within_size", "always", "force" ->
                wanted == BlobPages.ORDINARY
                        ? new BlobMemory.Choice(wanted, "asked for")
                        : fixed(wanted, BlobPages.TRANSPARENT, reason);
            default -> fixed(wanted, BlobPages.ORDINARY, reason);
        };
    }

    private static BlobMemory.Choice fixed(BlobPages wanted, BlobPages there, String reason) throws BlobException {
        if (wanted != BlobPages.AUTO && wanted != there) {
            throw new BlobException("pages of " + wanted.label() + " cannot be had there: " + reason);
        }
        return new BlobMemory.Choice(there, reason);
    }

    private static Path folderFor(long sizeBytes, BlobPages pages) throws BlobException {
        HugePagePools pools = HugePagePools.ofThisHost();
        for (BlobPages reserved : RESERVED) {
            Optional<Path> mounted = pools.fileSystem(reserved.linux());
            if (pages == reserved) {
                return mounted.orElseThrow(() -> new BlobException("no hugetlbfs with pages of " + reserved.label()
                        + " is mounted; try: mount -t hugetlbfs -o pagesize=" + reserved.label() + " none FOLDER"));
            }
            long fileBytes = reserved.roundUp(BlobHeader.DATA_OFFSET + sizeBytes);
            boolean fits = pools.freeCount(reserved.linux())
                            >= fileBytes / reserved.linux().bytes()
                    && fileBytes - sizeBytes <= sizeBytes / 8;
            if (pages == BlobPages.AUTO && mounted.isPresent() && fits && Files.isWritable(mounted.get())) {
                return mounted.get();
            }
        }
        return SHARED_MEMORY;
    }

    private static BlobPages reservedPagesOf(Path folder) throws BlobException {
        for (BlobPages reserved : RESERVED) {
            Optional<Path> mounted = HugePagePools.ofThisHost().fileSystem(reserved.linux());
            if (mounted.isPresent() && folder.startsWith(mounted.get())) {
                return reserved;
            }
        }
        throw new BlobException(folder + " is hugetlbfs with pages that are neither 2 MiB nor 1 GiB");
    }

    private static Optional<Path> existing(String name) {
        return folders().stream()
                .map(folder -> folder.resolve(name + SUFFIX))
                .filter(Files::exists)
                .findFirst();
    }

    private static List<Path> folders() {
        List<Path> folders = new ArrayList<>();
        HugePagePools pools = HugePagePools.ofThisHost();
        for (BlobPages reserved : RESERVED) {
            pools.fileSystem(reserved.linux()).ifPresent(folders::add);
        }
        folders.add(SHARED_MEMORY);
        return folders;
    }

    private static void checkName(String name) throws BlobException {
        if (!NAME.matcher(name).matches()) {
            throw new BlobException("'" + name + "' is no name of a blob: up to 64 letters, digits, dots, dashes; "
                    + "or a path with a slash");
        }
    }

    private static Path path(String text) throws BlobException {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new BlobException("'" + text + "' is no path: " + e.getReason(), e);
        }
    }
}
