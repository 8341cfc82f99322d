package io.packetfs.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Locale;

/**
 * What it costs to send a train of 43 datagrams over loopback from a heap array: copied to native memory and sent by a usual downcall, or
 * lent to the kernel by a critical one, which works with sendto(2) only. Beside it, how long another thread waits until this one stops
 * for it, as for a collection of garbage. Prints microseconds.
 *
 * <p>{@code HeapSendMeasurement [rounds]}
 */
final class HeapSendMeasurement {
    private static final int SEGMENT_BYTES = 1_472;
    private static final int TRAIN_BYTES = 43 * SEGMENT_BYTES;
    private static final int TRAINS = 20_000;
    private static final MethodHandle SENDTO_CRITICAL = criticalSendto();

    private HeapSendMeasurement() {}

    public static void main(String[] args) throws Throwable {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 6;
        try (Arena arena = Arena.ofShared();
                UdpSocket receiver = Linux.udpSockets().openIpv4();
                UdpSocket copying = Linux.udpSockets().openIpv4();
                UdpSocket lending = Linux.udpSockets().openIpv4();
                OutgoingMessages messages = new OutgoingMessages(false, 64, TRAIN_BYTES)) {
            receiver.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            lending.set(UdpOption.UDP_SEGMENT, SEGMENT_BYTES);
            InetSocketAddress to = receiver.localAddress();
            byte[] array = new byte[TRAIN_BYTES];
            MemorySegment heap = MemorySegment.ofArray(array);
            MemorySegment name = arena.allocate(SocketAddresses.ROOM_BYTES, Long.BYTES);
            int nameBytes = SocketAddresses.write(name, 0, to, false);
            for (int round = 0; round < rounds; round++) {
                measure("copied", () -> {
                    messages.load(to, array, TRAIN_BYTES, 0);
                    messages.asOne(TRAIN_BYTES, SEGMENT_BYTES, false);
                    return copying.send(messages, 0, 1) == 1;
                });
                measure("lent", () -> {
                    long sent = (long) SENDTO_CRITICAL.invokeExact(
                            lending.descriptor(), heap, (long) TRAIN_BYTES, 0, name, nameBytes);
                    return sent == TRAIN_BYTES;
                });
            }
        }
    }

    @SuppressWarnings("restricted") // what is measured here
    private static MethodHandle criticalSendto() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("sendto"),
                FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT),
                Linker.Option.critical(true));
    }

    /** Sends one train; returns whether the kernel took it. */
    private interface Sending {
        boolean send() throws Throwable;
    }

    private static void measure(String name, Sending sending) throws Throwable {
        Thread sender = Thread.currentThread();
        StopWatch watch = new StopWatch(sender);
        Thread observer = Thread.ofPlatform().start(watch);
        long startNs = System.nanoTime();
        long cpuStartUs = cpuUs();
        int taken = 0;
        for (int i = 0; i < TRAINS; i++) {
            taken += sending.send() ? 1 : 0;
        }
        double elapsedUs = (System.nanoTime() - startNs) / 1e3;
        long cpuUs = cpuUs() - cpuStartUs;
        watch.ended = true;
        observer.join();
        System.out.println(String.format(
                Locale.ROOT,
                "%-7s %6.2f per train, %6.2f of processor time, taken %5.1f %%; to stop: %s",
                name,
                elapsedUs / TRAINS,
                (double) cpuUs / TRAINS,
                100.0 * taken / TRAINS,
                watch.summary()));
    }

    private static long cpuUs() {
        return Linux.scheduling().threadUsage().cpuNs() / 1_000;
    }

    /** Stops a thread again and again and notes how long that takes. */
    private static final class StopWatch implements Runnable {
        private static final int COUNT_MAX = 100_000;

        private final long[] waitsNs = new long[COUNT_MAX];
        private final Thread observed;
        private int count;
        private volatile boolean ended;

        StopWatch(Thread observed) {
            this.observed = observed;
        }

        @Override
        public void run() {
            while (!ended && count < COUNT_MAX) {
                long startNs = System.nanoTime();
                if (observed.getStackTrace().length > 0) {
                    waitsNs[count++] = System.nanoTime() - startNs;
                }
                Thread.onSpinWait();
            }
        }

        String summary() {
            Arrays.sort(waitsNs, 0, count);
            return String.format(
                    Locale.ROOT,
                    "half within %.1f, 99 %% within %.1f, all within %.1f (%d)",
                    waitsNs[count / 2] / 1e3,
                    waitsNs[(int) (count * 0.99)] / 1e3,
                    waitsNs[count - 1] / 1e3,
                    count);
        }
    }
}
