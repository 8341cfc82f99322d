package io.packetfs.linux;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What this process may use at most: a selection of getrlimit(2). */
public final class ProcessLimits {
    private static final Pattern LOCKED_MEMORY = Pattern.compile("Max locked memory\\s+(\\d+)\\s.*");

    private ProcessLimits() {}

    /** Bytes of memory that may be locked without CAP_IPC_LOCK (RLIMIT_MEMLOCK); absent if there is no limit. */
    public static OptionalLong lockedMemoryBytes() {
        return lockedMemoryBytes(ProcFiles.ofThisHost());
    }

    static OptionalLong lockedMemoryBytes(ProcFiles files) {
        for (String line : files.lines("proc/self/limits")) {
            Matcher matcher = LOCKED_MEMORY.matcher(line);
            if (matcher.matches()) {
                return ProcFiles.parse(matcher.group(1));
            }
        }
        return OptionalLong.empty();
    }
}
