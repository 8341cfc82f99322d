package io.packetfs.pcpu;

import io.packetfs.pcpu.Kernel.Form;
import io.packetfs.pcpu.RefusedException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Operations in the order in which each descriptor's bytes go through them, such as {@code xor:255,add:7,counteq:0} (spec: PCP-1).
 * Immutable.
 */
public final class Program {
    public static final int OPERATIONS_MAX = 16;
    public static final int TEXT_LENGTH_MAX = 256;

    /** Counters of a histogram: four tables of 256, so that equal neighbours do not wait for each other. */
    static final int HISTOGRAM_SLOTS = 4 * 256;

    private static final int IMMEDIATE_DIGITS_MAX = 3;

    private final List<Operation> operations;

    private Program(List<Operation> operations) {
        this.operations = List.copyOf(operations);
    }

    /**
     * Reads a program.
     *
     * @throws RefusedException if it is none, or has too many operations
     */
    public static Program parse(String text) throws RefusedException {
        if (text.length() > TEXT_LENGTH_MAX) {
            throw new RefusedException(
                    Reason.SYNTAX, "a program has at most " + TEXT_LENGTH_MAX + " characters, not " + text.length());
        }
        List<Operation> operations = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            operations.add(operation(part, operations.size() + 1));
        }
        return of(operations);
    }

    /**
     * A program of given operations.
     *
     * @throws RefusedException if there are none or too many, or two of them write to the target
     */
    public static Program of(List<Operation> operations) throws RefusedException {
        if (operations.isEmpty() || operations.size() > OPERATIONS_MAX) {
            throw new RefusedException(
                    Reason.TOO_MANY_OPERATIONS,
                    "a program has 1 to " + OPERATIONS_MAX + " operations, not " + operations.size());
        }
        if (operations.stream().filter(o -> o.kernel().form() == Form.STORE).count() > 1) {
            throw new RefusedException(Reason.TWO_TARGETS, "a program has at most one copy or gather");
        }
        return new Program(operations);
    }

    public List<Operation> operations() {
        return operations;
    }

    /** Whether it changes the bytes that descriptors name. */
    public boolean changesBytes() {
        return operations.stream().anyMatch(o -> o.kernel().form() == Form.CHANGE);
    }

    /** Whether it writes bytes to a target. */
    public boolean needsTarget() {
        return operations.stream().anyMatch(o -> o.kernel().form() == Form.STORE);
    }

    /** Whether its result can only be had byte after byte, by one worker (spec: PCP-7). */
    public boolean isSequential() {
        return has(Kernel.FNV1A64);
    }

    boolean has(Kernel kernel) {
        return operations.stream().anyMatch(o -> o.kernel() == kernel);
    }

    /** Where in a run's state the operation at {@code index} has its counters. */
    int slot(int index) {
        int slot = 0;
        for (Operation before : operations.subList(0, index)) {
            slot += before.kernel() == Kernel.HISTOGRAM ? HISTOGRAM_SLOTS : 1;
        }
        return slot;
    }

    int slotCount() {
        return slot(operations.size());
    }

    @Override
    public String toString() {
        return operations.stream().map(Operation::toString).collect(Collectors.joining(","));
    }

    private static Operation operation(String part, int position) throws RefusedException {
        int colon = part.indexOf(':');
        String label = colon < 0 ? part : part.substring(0, colon);
        Kernel kernel = Kernel.of(label)
                .orElseThrow(() -> new RefusedException(
                        Reason.UNKNOWN_OPERATION, "operation " + position + " is unknown: '" + printable(label) + "'"));
        if (kernel.hasImmediate() != colon >= 0) {
            throw new RefusedException(
                    Reason.BAD_IMMEDIATE,
                    "operation " + position + ", " + label
                            + (kernel.hasImmediate() ? ", needs a byte such as " + label + ":7" : ", takes no byte"));
        }
        return new Operation(kernel, colon < 0 ? 0 : immediate(part.substring(colon + 1), position));
    }

    private static int immediate(String digits, int position) throws RefusedException {
        boolean decimal = !digits.isEmpty()
                && digits.length() <= IMMEDIATE_DIGITS_MAX
                && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        int value = decimal ? Integer.parseInt(digits) : -1;
        if (value < 0 || value > Operation.IMMEDIATE_MAX) {
            throw new RefusedException(
                    Reason.BAD_IMMEDIATE,
                    "operation " + position + " has '" + printable(digits) + "' where a byte from 0 to 255 belongs");
        }
        return value;
    }

    private static String printable(String text) {
        String shown = text.length() > 20 ? text.substring(0, 20) + "..." : text;
        return shown.codePoints()
                .map(c -> Character.isISOControl(c) || !Character.isDefined(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
