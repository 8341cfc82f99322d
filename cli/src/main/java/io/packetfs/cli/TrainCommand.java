package io.packetfs.cli;

import io.packetfs.transfer.Texts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;

/**
 * Sends a file from this process to itself, sealed, then check-summed, then changed to a receiver that has it. The launcher runs it once to record what an AOT cache holds:
 * the classes of both roles, and how the packet path behaves, so that later runs compile it sooner. Not for users.
 */
@Command(name = "train", hidden = true, description = "Records a transfer for the launcher's cache.")
final class TrainCommand implements Callable<Integer> {
    private static final int FILE_BYTES = 192 << 20;
    private static final int PIECE_BYTES = 1 << 20;
    private static final int CHANGES = 20;
    private static final long TICKET_WAIT_MS = 10_000;

    @Override
    public Integer call() throws Exception {
        try (TemporaryFolder folder = TemporaryFolder.make(null, 4L * FILE_BYTES)) {
            Path source = writeSource(folder.file("source"));
            int sealed = transfer(folder, source, "sealed");
            int checksummed = transfer(folder, source, "check-summed", "--insecure");
            Path old = folder.file("sealed").resolve(source.getFileName());
            change(source);
            int delta = transfer(folder, source, "delta", "--base=" + old);
            return Math.max(Math.max(sealed, checksummed), delta);
        } catch (CommandException e) {
            System.err.println("pfs-udp: " + e.getMessage());
            return e.exitCode().number();
        } catch (IOException e) {
            System.err.println("pfs-udp: cannot train: " + Texts.reason(e));
            return ExitCode.LOCAL_IO.number();
        }
    }

    private static Path writeSource(Path path) throws IOException {
        try (var out = Files.newOutputStream(path)) {
            byte[] piece = new byte[PIECE_BYTES];
            SplittableRandom random = new SplittableRandom(1);
            for (int written = 0; written < FILE_BYTES; written += PIECE_BYTES) {
                random.nextBytes(piece);
                out.write(piece);
            }
        }
        return path;
    }

    private static void change(Path path) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
            for (int i = 0; i < CHANGES; i++) {
                file.write(ByteBuffer.allocate(PIECE_BYTES / 16), (long) i * (FILE_BYTES / CHANGES));
            }
        }
    }

    /**
     * Sends to a receiver in a folder of its own.
     *
     * @param options of both
     */
    private static int transfer(TemporaryFolder folder, Path source, String name, String... options)
            throws IOException, InterruptedException {
        Path target = Files.createDirectory(folder.file(name));
        Path ticket = folder.file(name + ".ticket");
        CompletableFuture<Integer> receiver = CompletableFuture.supplyAsync(() -> PfsUdp.run(words(
                options,
                "recv",
                "--listen=127.0.0.1:0",
                "--progress=none",
                "--ticket-file=" + ticket,
                target.toString())));
        long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TICKET_WAIT_MS);
        while (!Files.exists(ticket) && !receiver.isDone() && System.nanoTime() - deadlineNs < 0) {
            Thread.sleep(10);
        }
        int sent = PfsUdp.run(words(
                options, "send", "--progress=none", Files.readString(ticket).strip(), source.toString()));
        return Math.max(sent, receiver.join());
    }

    private static String[] words(String[] options, String... words) {
        String[] all = new String[words.length + options.length];
        all[0] = words[0];
        System.arraycopy(options, 0, all, 1, options.length);
        System.arraycopy(words, 1, all, 1 + options.length, words.length - 1);
        return all;
    }
}
