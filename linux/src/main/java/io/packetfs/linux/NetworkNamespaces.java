package io.packetfs.linux;

import java.nio.file.Path;
import java.util.function.Supplier;

/** Work in another network namespace than the process's own. Takes root. */
public interface NetworkNamespaces {
    /**
     * Runs a task on a new thread that has entered a namespace, and waits for it. What the task opens stays in that namespace, whichever
     * thread uses it afterwards; threads that it starts begin there, too.
     *
     * @param namespace a file that stands for it, such as {@code /run/netns/NAME}
     * @return what the task returned
     * @throws SystemCallException if the file cannot be opened, is no network namespace, or may not be entered
     * @throws RuntimeException what the task has thrown
     */
    <T> T call(Path namespace, Supplier<T> task);
}
