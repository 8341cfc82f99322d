package io.packetfs.bench.loopback;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * The process of one end. It says {@code ready} and a word when the other end may come, answers each line on standard input with {@code
 * count} and its {@link Tally}, and ends with the standard input: so it never outlives the process that started it, however that ends.
 */
final class EndMain {
    static final String READY = "ready ";
    static final String COUNT = "count ";

    private EndMain() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Tally tally = new Tally();
        Thread.ofPlatform().daemon().name("bench-questions").start(() -> answer(tally));
        End end = end(EndOptions.parse(args), tally);
        System.out.println(READY + end.open());
        end.run();
        Thread.currentThread().join(); // the work is done elsewhere, until the input ends
    }

    private static End end(EndOptions options, Tally tally) {
        return switch (options.kind()) {
            case PUMP -> options.receives() ? new PumpReceiver(options, tally) : new PumpSender(options, tally);
            case NETTY_PUMP -> options.receives() ? new NettyPumpReceiver(tally) : new NettyPumpSender(options, tally);
            case PFS_UDP -> options.receives() ? new EngineReceiver(options, tally) : new EngineSender(options, tally);
            case AERON -> options.receives() ? new AeronReceiver(options, tally) : new AeronSender(options, tally);
            case QUIC -> options.receives() ? new QuicReceiver(options, tally) : new QuicSender(options, tally);
        };
    }

    private static void answer(Tally tally) {
        try (BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            while (input.readLine() != null) {
                System.out.println(COUNT + tally.snapshot().line());
            }
        } catch (IOException e) {
            System.err.println("standard input failed: " + e);
        }
        System.exit(0); // which lets an end remove what it has laid down
    }
}
