package io.packetfs.linux;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * The machine and its kernel, as far as they tell. Where a value is not known, as on another operating system, it is absent.
 *
 * @param operatingSystem as Java names it
 * @param architecture as Java names it
 * @param kernelRelease such as {@code 6.18.0}
 * @param cpuModel as the processor names itself
 * @param cpuCount processors that this JVM may use
 * @param memoryBytes memory of the machine
 * @param memoryAvailableBytes what can be had without swapping
 */
public record HostInfo(
        String operatingSystem,
        String architecture,
        Optional<String> kernelRelease,
        Optional<String> cpuModel,
        int cpuCount,
        OptionalLong memoryBytes,
        OptionalLong memoryAvailableBytes) {
    public static HostInfo read() {
        return read(ProcFiles.ofThisHost());
    }

    static HostInfo read(ProcFiles files) {
        return new HostInfo(
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                files.text("proc/sys/kernel/osrelease"),
                cpuModel(files),
                Runtime.getRuntime().availableProcessors(),
                meminfoBytes(files, "MemTotal"),
                meminfoBytes(files, "MemAvailable"));
    }

    /** A size from /proc/meminfo, which counts in units of 1,024 bytes. */
    static OptionalLong meminfoBytes(ProcFiles files, String key) {
        OptionalLong kib =
                files.value("proc/meminfo", key).map(ProcFiles::parse).orElse(OptionalLong.empty());
        return kib.isPresent() ? OptionalLong.of(kib.getAsLong() * 1024) : kib;
    }

    private static Optional<String> cpuModel(ProcFiles files) {
        Optional<String> model = files.value("proc/cpuinfo", "model name");
        if (model.isPresent()) {
            return model;
        }
        // aarch64 gives numbers only.
        return files.value("proc/cpuinfo", "CPU implementer")
                .map(implementer -> "implementer " + implementer + ", part "
                        + files.value("proc/cpuinfo", "CPU part").orElse("unknown"));
    }
}
