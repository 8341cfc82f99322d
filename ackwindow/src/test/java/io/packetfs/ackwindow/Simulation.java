package io.packetfs.ackwindow;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Runs {@link Flow}s over one {@link Bottleneck} in virtual time. */
final class Simulation {
    final Bottleneck bottleneck;
    final List<Flow> flows = new ArrayList<>();

    private final RandomGenerator random;
    private long nowNs;

    Simulation(Bottleneck.Path path, long seed) {
        random = RandomGeneratorFactory.of("Xoroshiro128PlusPlus").create(seed);
        bottleneck = new Bottleneck(path, random);
    }

    Flow add(CongestionControllerSupplier supplier) {
        return add(supplier, Flow.Origin.ZERO);
    }

    Flow add(CongestionControllerSupplier supplier, Flow.Origin origin) {
        Flow flow = new Flow(flows.size(), bottleneck, supplier, random, origin);
        flows.add(flow);
        return flow;
    }

    long nowNs() {
        return nowNs;
    }

    /** Goes on until the virtual time {@code untilNs}, or until nothing will ever happen again. */
    void runUntil(long untilNs) {
        flows.forEach(flow -> flow.transmit(nowNs));
        while (true) {
            long next = bottleneck.nextArrivalNs();
            for (Flow flow : flows) {
                next = Math.min(next, flow.nextEventNs(nowNs));
            }
            if (next > untilNs) {
                nowNs = untilNs;
                return;
            }
            nowNs = Math.max(nowNs, next);
            while (bottleneck.nextArrivalNs() <= nowNs) {
                Bottleneck.Transit packet = bottleneck.takeArrival();
                flows.get(packet.flow()).onArrival(nowNs, packet);
            }
            flows.forEach(flow -> flow.onTime(nowNs));
        }
    }

    /** Goes on until the flow has delivered all it had, or {@code limitNs} has come; returns the time. */
    long runUntilDone(Flow flow, long limitNs) {
        while (!flow.isDone() && nowNs < limitNs) {
            runUntil(nowNs + 1_000_000);
        }
        return nowNs;
    }

    /** Of what the path could have delivered from {@code fromNs}, when {@code deliveredBefore} had been, the part that was. */
    double utilisation(Flow flow, long deliveredBefore, long fromNs) {
        Bottleneck.Path path = bottleneck.path();
        double possible = (double) Rates.bytes(path.bytesPerSecond(), nowNs - fromNs) * (1 - path.loss());
        return (flow.deliveredBytes - deliveredBefore) / possible;
    }
}
