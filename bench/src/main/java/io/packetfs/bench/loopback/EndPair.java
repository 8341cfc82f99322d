package io.packetfs.bench.loopback;

import io.packetfs.cli.CommandException;
import io.packetfs.cli.ExitCode;
import io.packetfs.cli.Signals;
import io.packetfs.cli.TemporaryFolder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A contender in Java: a process for each end, looked at from outside.
 *
 * @param flags for both JVMs, beside those of this one
 * @param receiver what the receiving end is told
 * @param cause gives what {@link #unavailabilityCause} says
 */
record EndPair(String name, String what, List<String> flags, EndOptions receiver, Supplier<String> cause)
        implements Contender {
    private static final long FIRST_BYTE_TIMEOUT_NS = 20_000_000_000L;
    private static final long POLL_MS = 20;
    private static final long SAMPLE_MS = 500;

    @Override
    public String unavailabilityCause() {
        return cause.get();
    }

    @Override
    public Measurement measure(LoopbackPlan plan, Signals signals) throws CommandException {
        try (TemporaryFolder folder = TemporaryFolder.make(null, 0);
                EndProcess receiving = EndProcess.start(flags, receiver, folder.file("receiver.err"))) {
            EndOptions sender = receiver.sendingTo(receiving.awaitReady(signals));
            try (EndProcess sending = EndProcess.start(flags, sender, folder.file("sender.err"))) {
                sending.awaitReady(signals);
                return new Run(plan, signals, sending, receiving).measure();
            }
        }
    }

    /** One round. */
    private record Run(LoopbackPlan plan, Signals signals, EndProcess sender, EndProcess receiver) {
        /** Both ends at about one moment. */
        private record Moment(
                Tally.Snapshot sent,
                Tally.Snapshot received,
                ProcessUsage senderUsage,
                ProcessUsage receiverUsage,
                double busySeconds) {}

        Measurement measure() throws CommandException {
            awaitFirstByte();
            pause(Math.round(plan.warmUpSeconds() * 1e3));
            Moment first = moment();
            List<Measurement.MemorySample> memory = new ArrayList<>();
            Moment last;
            do {
                pause(Math.min(SAMPLE_MS, Math.round(plan.seconds() * 1e3)));
                last = moment();
                long bytes = last.received.bytes() - first.received.bytes();
                memory.add(new Measurement.MemorySample(
                        bytes, last.senderUsage.residentBytes(), last.receiverUsage.residentBytes()));
            } while (!plan.isOver(seconds(first, last), last.received.bytes() - first.received.bytes()));
            return measurement(first, last, memory);
        }

        private Measurement measurement(Moment first, Moment last, List<Measurement.MemorySample> memory)
                throws CommandException {
            long bytes = last.received.bytes() - first.received.bytes();
            if (bytes <= 0) {
                throw new CommandException(ExitCode.INTERNAL, "child_failed", "nothing arrived any more");
            }
            double senderCpuSeconds = last.senderUsage.cpuSeconds() - first.senderUsage.cpuSeconds();
            double receiverCpuSeconds = last.receiverUsage.cpuSeconds() - first.receiverUsage.cpuSeconds();
            double busySeconds = last.busySeconds - first.busySeconds;
            return new Measurement(
                    seconds(first, last),
                    bytes,
                    difference(first.received.packets(), last.received.packets()),
                    last.sent.lost() == Tally.UNKNOWN
                            ? difference(first.received.lost(), last.received.lost())
                            : difference(first.sent.lost(), last.sent.lost()),
                    senderCpuSeconds,
                    receiverCpuSeconds,
                    Math.max(0, busySeconds - senderCpuSeconds - receiverCpuSeconds),
                    last.senderUsage.residentBytesMax(),
                    last.receiverUsage.residentBytesMax(),
                    last.sent.inFlightBytesMax(),
                    memory);
        }

        private void awaitFirstByte() throws CommandException {
            long deadlineNs = System.nanoTime() + FIRST_BYTE_TIMEOUT_NS;
            while (receiver.count(signals).bytes() == 0) {
                sender.count(signals); // tells whether it is still there
                if (System.nanoTime() - deadlineNs > 0) {
                    throw new CommandException(ExitCode.INTERNAL, "child_failed", "nothing arrived");
                }
                pause(POLL_MS);
            }
        }

        private Moment moment() throws CommandException {
            Tally.Snapshot sent = sender.count(signals);
            ProcessUsage senderUsage = sender.usage();
            return new Moment(sent, receiver.count(signals), senderUsage, receiver.usage(), MachineUsage.busySeconds());
        }

        private void pause(long ms) throws CommandException {
            Pause.ms(ms, signals);
        }

        private static double seconds(Moment first, Moment last) {
            return (last.received.ns() - first.received.ns()) / 1e9;
        }

        private static long difference(long first, long last) {
            return last == Tally.UNKNOWN ? Tally.UNKNOWN : last - Math.max(first, 0);
        }
    }
}
