package io.packetfs.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/** {@link NetworkNamespaces} by openat(2) and setns(2). */
final class FfmNetworkNamespaces implements NetworkNamespaces {
    private static final int AT_FDCWD = -100;
    private static final int O_CLOEXEC = 0x80000;
    private static final int CLONE_NEWNET = 0x4000_0000;

    @Override
    public <T> T call(Path namespace, Supplier<T> task) {
        FutureTask<T> work = new FutureTask<>(() -> {
            enter(namespace);
            return task.get();
        });
        // A thread of the kernel's, for the namespace is a property of it; it ends with its task, and nobody else gets
        // it.
        Thread.ofPlatform().daemon().name("in-" + namespace.getFileName()).start(work);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return work.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new AssertionError(e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void enter(Path namespace) {
        MemorySegment state = SystemCalls.newErrnoState();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment path = PathBytes.allocate(arena, namespace);
            long descriptor = SystemCalls.call(state, SystemCalls.OPENAT, AT_FDCWD, path.address(), O_CLOEXEC, 0, 0);
            if (descriptor < 0) {
                throw new SystemCallException("open(" + namespace + ")", (int) -descriptor);
            }
            long result = SystemCalls.call(state, SystemCalls.SETNS, descriptor, CLONE_NEWNET, 0);
            SystemCalls.call(state, SystemCalls.CLOSE, descriptor, 0, 0);
            if (result < 0) {
                throw new SystemCallException("setns(" + namespace + ", CLONE_NEWNET)", (int) -result);
            }
        }
    }
}
