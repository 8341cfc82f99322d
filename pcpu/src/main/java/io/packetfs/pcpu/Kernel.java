package io.packetfs.pcpu;

import java.util.Locale;
import java.util.Optional;

/** What an operation does with the bytes of a descriptor (spec: PCP-4). */
public enum Kernel {
    XOR(Form.CHANGE, true),
    ADD(Form.CHANGE, true),
    COUNTEQ(Form.REDUCE, true),
    SUM(Form.REDUCE, false),
    MIN(Form.REDUCE, false),
    MAX(Form.REDUCE, false),
    HISTOGRAM(Form.REDUCE, false),
    CRC32C(Form.REDUCE, false),
    FNV1A64(Form.REDUCE, false),
    COPY(Form.STORE, false),
    GATHER(Form.STORE, false);

    /** What becomes of the bytes. */
    enum Form {
        /** They are replaced where they are. */
        CHANGE,
        /** They are summed up. */
        REDUCE,
        /** They are written to the target. */
        STORE
    }

    private final Form form;
    private final boolean immediate;

    Kernel(Form form, boolean immediate) {
        this.form = form;
        this.immediate = immediate;
    }

    Form form() {
        return form;
    }

    /** Whether it takes a byte behind a colon. */
    boolean hasImmediate() {
        return immediate;
    }

    /** Whether it works on a word or byte at a time, so that it can be fused with its neighbours into one loop. */
    boolean isElementwise() {
        return this != CRC32C && form != Form.STORE;
    }

    /** As programs name it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Kernel> of(String label) {
        for (Kernel kernel : values()) {
            if (kernel.label().equals(label)) {
                return Optional.of(kernel);
            }
        }
        return Optional.empty();
    }
}
