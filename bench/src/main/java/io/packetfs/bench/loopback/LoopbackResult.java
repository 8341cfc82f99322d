package io.packetfs.bench.loopback;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All rounds of one contender. */
final class LoopbackResult {
    private static final double GB = 1e9;
    private static final double GIB = 1L << 30;

    private final Contender contender;
    private final List<Measurement> rounds = new ArrayList<>();
    private final List<String> errors = new ArrayList<>();

    LoopbackResult(Contender contender) {
        this.contender = contender;
    }

    void add(Measurement measurement) {
        rounds.add(measurement);
    }

    void fail(String error) {
        errors.add(error);
    }

    Contender contender() {
        return contender;
    }

    String name() {
        return contender.name();
    }

    List<Measurement> rounds() {
        return rounds;
    }

    /** What went wrong, once per round in which something did. */
    List<String> errors() {
        return errors;
    }

    /** Units of 1e9 bytes. */
    Spread gigabytesPerSecond() {
        return Spread.of(rounds, round -> round.bytesPerSecond() / GB);
    }

    Spread senderCpuSecondsPerGib() {
        return Spread.of(rounds, Measurement::senderCpuSecondsPerGib);
    }

    Spread receiverCpuSecondsPerGib() {
        return Spread.of(rounds, Measurement::receiverCpuSecondsPerGib);
    }

    Spread cpuSecondsPerGib() {
        return Spread.of(rounds, Measurement::cpuSecondsPerGib);
    }

    /** What a second of both sides' processor time moves, in units of 1e9 bytes. */
    double gigabytesPerCpuSecond() {
        return GIB / GB / cpuSecondsPerGib().median();
    }

    /** How many cores everybody else on the machine kept busy meanwhile. */
    Spread otherCores() {
        return Spread.of(rounds, Measurement::otherCores);
    }

    Spread packetsPerSecond() {
        return Spread.of(rounds, Measurement::packetsPerSecond);
    }

    /** Datagrams lost of those sent; NaN if nobody counts them. */
    Spread lossRatio() {
        return Spread.of(
                rounds,
                round -> round.lost() == Tally.UNKNOWN || round.packets() == Tally.UNKNOWN
                        ? Double.NaN
                        : (double) round.lost() / (round.packets() + round.lost()));
    }

    Spread inFlightBytesMax() {
        return Spread.of(
                rounds, round -> round.inFlightBytesMax() == Tally.UNKNOWN ? Double.NaN : round.inFlightBytesMax());
    }

    Spread senderResidentBytesMax() {
        return Spread.of(rounds, Measurement::senderResidentBytesMax);
    }

    Spread receiverResidentBytesMax() {
        return Spread.of(rounds, Measurement::receiverResidentBytesMax);
    }

    Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("name", name());
        tree.put("what", contender.what());
        tree.put(
                "goodput_bytes_per_s",
                Spread.of(rounds, Measurement::bytesPerSecond).tree());
        tree.put("sender_cpu_s_per_gib", senderCpuSecondsPerGib().tree());
        tree.put("receiver_cpu_s_per_gib", receiverCpuSecondsPerGib().tree());
        tree.put("cpu_s_per_gib", cpuSecondsPerGib().tree());
        tree.put("other_cores", otherCores().tree());
        tree.put("packets_per_s", packetsPerSecond().tree());
        tree.put("loss_ratio", lossRatio().tree());
        tree.put("in_flight_max_bytes", inFlightBytesMax().tree());
        tree.put("sender_rss_max_bytes", senderResidentBytesMax().tree());
        tree.put("receiver_rss_max_bytes", receiverResidentBytesMax().tree());
        tree.put("rounds", rounds.stream().map(Measurement::tree).toList());
        tree.put("errors", errors);
        return tree;
    }
}
