package io.packetfs.bench;

/**
 * What one end of a pump has to say.
 *
 * @param bytesInAll everything that it moved
 * @param bytes what it moved after the warm-up
 * @param seconds how long that took
 * @param cpuSeconds the CPU time that its thread used meanwhile
 * @param allocatedBytes what its thread allocated meanwhile
 */
record PumpResult(long bytesInAll, long bytes, double seconds, double cpuSeconds, long allocatedBytes, String carrier) {
    static PumpResult parse(String line) {
        final String[] fields = line.strip().split(" ", 6);
        return new PumpResult(
                Long.parseLong(fields[0]),
                Long.parseLong(fields[1]),
                Double.parseDouble(fields[2]),
                Double.parseDouble(fields[3]),
                Long.parseLong(fields[4]),
                fields[5]);
    }

    double gigabytesPerSecond() {
        return bytes / seconds / 1e9;
    }

    double cpuSecondsPerGib() {
        return cpuSeconds / bytes * (1L << 30);
    }

    double allocatedBytesPer(int unitBytes) {
        return (double) allocatedBytes / bytes * unitBytes;
    }
}
