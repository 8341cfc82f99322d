package io.packetfs.endpoint;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;

/**
 * The cells of {@link RateMatrixTest} over many seeds, in virtual time: what one choice of the dice hides. Prints the median and the worst
 * of each cell. Arguments: how many seeds, by how many milliseconds at most engines run late, and the one-way delays in milliseconds.
 */
final class RateMatrixMeasurement {
    private static final double[] LOSSES = {0, 0.001, 0.01, 0.05, 0.1};

    /** Packets that are check-summed carry this much; {@link RateMatrixTest} goes by sealed ones. */
    private static final double CHECKED_PAYLOAD_SHARE = 1_440.0 / 1_496;

    private RateMatrixMeasurement() {}

    public static void main(String[] args) {
        int seeds = Integer.parseInt(args[0]);
        long lateMs = Long.parseLong(args[1]);
        System.out.println(
                "part of what the wire could carry after its loss; what it carried beyond p / (1 - p), percent");
        for (int i = 2; i < args.length; i++) {
            for (double loss : LOSSES) {
                cell(seeds, lateMs, Long.parseLong(args[i]), loss);
            }
        }
    }

    private static void cell(int seeds, long lateMs, long delayMs, double loss) {
        RateMatrixTest.Result[] results = LongStream.rangeClosed(1, seeds)
                .parallel()
                .mapToObj(seed -> run(seed, lateMs, delayMs, loss))
                .toArray(RateMatrixTest.Result[]::new);
        double[] shares =
                sorted(results, result -> result.limitShare() * RateMatrixTest.PAYLOAD_SHARE / CHECKED_PAYLOAD_SHARE);
        double[] overheads = sorted(
                results,
                result -> (1 + result.overhead()) * CHECKED_PAYLOAD_SHARE / RateMatrixTest.PAYLOAD_SHARE
                        - 1 / (1 - loss));
        System.out.printf(
                Locale.ROOT,
                "%3d ms  loss %.3f  median %.4f  least %.4f  beyond: median %.2f  most %.2f%n",
                delayMs,
                loss,
                shares[seeds / 2],
                shares[0],
                100 * overheads[seeds / 2],
                100 * overheads[seeds - 1]);
    }

    private static RateMatrixTest.Result run(long seed, long lateMs, long delayMs, double loss) {
        SharedWire wire = new SharedWire(
                seed, RateMatrixTest.wire(delayMs).lossProbability(loss).build());
        return RateMatrixTest.run(lateMs == 0 ? wire : wire.sluggish(lateMs * EnginePair.MS), loss);
    }

    private static double[] sorted(RateMatrixTest.Result[] results, ToDoubleFunction<RateMatrixTest.Result> value) {
        return Arrays.stream(results).mapToDouble(value).sorted().toArray();
    }
}
