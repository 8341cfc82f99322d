package io.packetfs.pcpu;

/**
 * One step of a program.
 *
 * @param immediate 0 to 255; 0 for a kernel that takes none
 */
public record Operation(Kernel kernel, int immediate) {
    static final int IMMEDIATE_MAX = 255;

    /**
     * Checks the immediate.
     *
     * @throws IllegalArgumentException if it is none that the kernel can have
     */
    public Operation {
        if (immediate < 0 || immediate > (kernel.hasImmediate() ? IMMEDIATE_MAX : 0)) {
            throw new IllegalArgumentException(kernel.label() + " with " + immediate);
        }
    }

    @Override
    public String toString() {
        return kernel.hasImmediate() ? kernel.label() + ":" + immediate : kernel.label();
    }
}
