package io.packetfs.pcpu;

import io.packetfs.pcpu.Kernel.Form;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * What a program found (spec: PCP-6).
 *
 * @param bytes that went through it
 * @param values one for each operation that sums up, in the program's order
 */
public record Results(long bytes, List<Value> values) {
    /**
     * One operation's.
     *
     * @param number absent for a minimum or maximum of no bytes, and for a histogram; a checksum as 32, a hash as 64 unsigned bits
     * @param histogram 256 counts; empty for all other kernels
     */
    public record Value(Operation operation, OptionalLong number, List<Long> histogram) {
        /** For people and reports: digests in hexadecimal digits, numbers in decimal ones, nothing for a histogram. */
        public Optional<String> text() {
            if (number.isEmpty()) {
                return Optional.empty();
            }
            long value = number.getAsLong();
            return Optional.of(
                    switch (operation.kernel()) {
                        case CRC32C -> HexFormat.of().toHexDigits((int) value);
                        case FNV1A64 -> HexFormat.of().toHexDigits(value);
                        default -> Long.toUnsignedString(value);
                    });
        }
    }

    /** All values in one line, such as {@code counteq:0=17 crc32c=e3069283 min=none}; of histograms the counts in the order of bytes. */
    public String line() {
        return values.stream().map(Results::item).collect(Collectors.joining(" "));
    }

    private static String item(Value value) {
        String counts = value.histogram().stream().map(String::valueOf).collect(Collectors.joining(","));
        return value.operation() + "=" + value.text().orElse(counts.isEmpty() ? "none" : counts);
    }

    static Results of(Program program, long[] counters, long[] crcs, long bytes) {
        List<Value> values = new ArrayList<>();
        for (int i = 0; i < program.operations().size(); i++) {
            Operation operation = program.operations().get(i);
            if (operation.kernel().form() == Form.REDUCE) {
                values.add(value(operation, counters, program.slot(i), crcs[i]));
            }
        }
        return new Results(bytes, List.copyOf(values));
    }

    private static Value value(Operation operation, long[] counters, int slot, long crc) {
        return switch (operation.kernel()) {
            case HISTOGRAM -> new Value(operation, OptionalLong.empty(), histogram(counters, slot));
            case CRC32C -> new Value(operation, OptionalLong.of(crc), List.of());
            case MIN -> extreme(operation, counters[slot], RunState.NO_MINIMUM);
            case MAX -> extreme(operation, counters[slot], RunState.NO_MAXIMUM);
            default -> new Value(operation, OptionalLong.of(counters[slot]), List.of());
        };
    }

    private static Value extreme(Operation operation, long found, long none) {
        return new Value(operation, found == none ? OptionalLong.empty() : OptionalLong.of(found), List.of());
    }

    private static List<Long> histogram(long[] counters, int slot) {
        long[] sums = new long[256];
        for (int i = 0; i < Program.HISTOGRAM_SLOTS; i++) {
            sums[i % sums.length] += counters[slot + i];
        }
        return Arrays.stream(sums).boxed().toList();
    }
}
