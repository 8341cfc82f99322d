package io.packetfs.interop.transfers;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.interop.transfers.Crossing.Outcome;
import io.packetfs.transfer.Failure;
import io.packetfs.transfer.OnExists;
import io.packetfs.transfer.TransferReport;
import io.packetfs.transfer.manifest.SourceTree;
import io.packetfs.transfer.record.VerifyKind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Something done with one sender, one receiver and their two folders, whose result does not depend on what carries it or how fast. What
 * is random about it is in its fields.
 */
sealed interface Operation {
    /**
     * Does it.
     *
     * @return what both sides said of it, without what differs from path to path: times, counts of packets, addresses
     */
    List<String> run(Crossing crossing, Path source, Path target) throws Exception;

    /** Sends files and folders of the source, and what is said of each. */
    record SendFiles(String name, OnExists onExists, VerifyKind verify) implements Operation {
        @Override
        public List<String> run(Crossing crossing, Path source, Path target) throws Exception {
            if (Files.notExists(source.resolve(name))) {
                return List.of("nothing there");
            }
            crossing.receiveInto(target, onExists, verify);
            crossing.sendFiles(Samples.scan(source.resolve(name).normalize()), verify);
            return told(crossing.outcome());
        }
    }

    /** A file that is gone before it is sent. */
    record SendVanished(int bytes) implements Operation {
        @Override
        public List<String> run(Crossing crossing, Path source, Path target) throws Exception {
            Path file = Samples.file(source.resolve("vanishes"), bytes, 1);
            SourceTree tree = Samples.scan(file);
            Files.delete(file);
            crossing.receiveInto(target, OnExists.RENAME, VerifyKind.CRC32C);
            crossing.sendFiles(tree, VerifyKind.CRC32C);
            return List.of("sender " + told(crossing.outcome().sent().failure()));
        }
    }

    /** Stops in the middle, and goes on. */
    record StopAndResume(int bytes, long seed) implements Operation {
        @Override
        public List<String> run(Crossing crossing, Path source, Path target) throws Exception {
            Path file = Samples.file(source.resolve("resumed"), bytes, seed);
            crossing.receiveInto(target, OnExists.RESUME, VerifyKind.CRC32C);
            var session = crossing.sendFiles(Samples.scan(file), VerifyKind.CRC32C);
            crossing.runUntil(
                    () -> session.progress().bytesDone() > 0 || session.report().isDone(), Crossing.LIMIT_NS);
            crossing.cancelSending("stopped");
            // It may have been over by then; what counts is where the second attempt leads.
            crossing.outcome();
            crossing.sendFiles(Samples.scan(file), VerifyKind.CRC32C);
            return told(crossing.outcome());
        }
    }

    /** Sends a stream to an output that breaks after so many bytes, if it gets there. */
    record SendStream(int bytes, long seed, int outputBytesMax) implements Operation {
        @Override
        public List<String> run(Crossing crossing, Path source, Path target) {
            byte[] content = Samples.bytes(bytes, seed);
            Limited output = new Limited(outputBytesMax);
            crossing.receiveStream(output);
            crossing.sendStream(new ByteArrayInputStream(content));
            Outcome outcome = crossing.outcome();
            if (outcome.sent().failure() == null) {
                assertThat(output.taken.toByteArray()).isEqualTo(content);
                return told(outcome);
            }
            return List.of(
                    "sender " + told(outcome.sent().failure()),
                    "receiver " + told(outcome.received().failure()));
        }
    }

    /** A stream to a receiver of files, or files to a receiver of a stream. */
    record SendUnwanted(boolean stream) implements Operation {
        @Override
        public List<String> run(Crossing crossing, Path source, Path target) throws Exception {
            if (stream) {
                crossing.receiveInto(target, OnExists.RENAME, VerifyKind.CRC32C);
                crossing.sendStream(new ByteArrayInputStream(new byte[100]));
            } else {
                crossing.receiveStream(OutputStream.nullOutputStream());
                crossing.sendFiles(Samples.scan(source), VerifyKind.CRC32C);
            }
            return told(crossing.outcome());
        }
    }

    /** Puts a file in a folder of either side, in place of what is there. */
    record PutFile(boolean atSource, String name, int bytes, long seed) implements Operation {
        @Override
        public List<String> run(Crossing crossing, Path source, Path target) throws IOException {
            Path path = (atSource ? source : target).resolve(name);
            try {
                Samples.file(path, bytes, seed);
                return List.of();
            } catch (FileSystemException e) {
                return List.of("a folder where a file should be, or the other way round");
            }
        }
    }

    /** What both sides said. */
    private static List<String> told(Outcome outcome) {
        List<String> all = new ArrayList<>();
        tell(all, "sender", outcome.sent());
        tell(all, "receiver", outcome.received());
        return all;
    }

    private static void tell(List<String> all, String who, TransferReport report) {
        all.add(who + " " + report.status() + " " + report.bytes() + " " + told(report.failure()));
        report.files()
                .forEach(file -> all.add(who + " " + file.path() + " " + file.bytes() + " " + file.digest() + " "
                        + file.status() + " " + file.note()));
    }

    private static String told(Failure failure) {
        return failure == null ? "" : failure.kind().toString();
    }

    /** Takes so many bytes, and then no more. */
    final class Limited extends OutputStream {
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private final int bytesMax;

        Limited(int bytesMax) {
            this.bytesMax = bytesMax;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (taken.size() + length > bytesMax) {
                throw new IOException("No space left on device");
            }
            taken.write(bytes, offset, length);
        }
    }
}
