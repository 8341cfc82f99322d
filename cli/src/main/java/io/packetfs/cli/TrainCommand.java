package io.packetfs.cli;

import io.packetfs.transfer.Texts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;

/**
 * Sends a file from this process to itself, sealed and then check-summed. The launcher runs it once to record what an AOT cache holds:
 * the classes of both roles, and how the packet path behaves, so that later runs compile it sooner. Not for users.
 */
@Command(name = "train", hidden = true, description = "Records a transfer for the launcher's cache.")
final class TrainCommand implements Callable<Integer> {
    private static final int FILE_BYTES = 192 << 20;
    private static final int PIECE_BYTES = 1 << 20;
    private static final long TICKET_WAIT_MS = 10_000;

    @Override
    public Integer call() throws Exception {
        try (TemporaryFolder folder = TemporaryFolder.make(null, 3L * FILE_BYTES)) {
            Path source = writeSource(folder.file("source"));
            int sealed = transfer(folder, source, "sealed");
            int checksummed = transfer(folder, source, "check-summed", "--insecure");
            return Math.max(sealed, checksummed);
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
            for (int written = 0; written < FILE_BYTES; written += PIECE_BYTES) {
                out.write(piece);
            }
        }
        return path;
    }

    private static int transfer(TemporaryFolder folder, Path source, String name, String... protection)
            throws IOException, InterruptedException {
        Path target = Files.createDirectory(folder.file(name));
        Path ticket = folder.file(name + ".ticket");
        CompletableFuture<Integer> receiver = CompletableFuture.supplyAsync(() -> PfsUdp.run(words(
                protection,
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
                protection, "send", "--progress=none", Files.readString(ticket).strip(), source.toString()));
        return Math.max(sent, receiver.join());
    }

    private static String[] words(String[] protection, String... words) {
        String[] all = new String[words.length + protection.length];
        all[0] = words[0];
        System.arraycopy(protection, 0, all, 1, protection.length);
        System.arraycopy(words, 1, all, 1 + protection.length, words.length - 1);
        return all;
    }
}
