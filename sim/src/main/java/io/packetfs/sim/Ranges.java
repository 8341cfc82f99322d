package io.packetfs.sim;

/** The range checks of the settings records: each names what was wrong, and what would be right. */
final class Ranges {
    private Ranges() {}

    static void checkProbability(String name, double value) {
        // Written so that NaN fails.
        if (!(value >= 0.0 && value <= 1.0)) {
            throw new IllegalArgumentException(name + " " + value + " outside 0 to 1");
        }
    }

    static void check(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " " + value + " outside " + min + " to " + max);
        }
    }
}
