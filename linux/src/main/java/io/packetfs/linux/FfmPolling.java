package io.packetfs.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;

/** {@link Polling} by ppoll(2), woken by an eventfd(2). */
final class FfmPolling implements Polling {
    private static final short POLLIN = 1;
    private static final int EFD_NONBLOCK = 0x800;
    private static final int EFD_CLOEXEC = 0x80000;
    private static final long NS_PER_SECOND = 1_000_000_000;

    private static final StructLayout POLLFD = MemoryLayout.structLayout(
            JAVA_INT.withName("fd"), JAVA_SHORT.withName("events"), JAVA_SHORT.withName("revents"));
    private static final StructLayout TIMESPEC =
            MemoryLayout.structLayout(JAVA_LONG.withName("tv_sec"), JAVA_LONG.withName("tv_nsec"));

    private static final long EVENTS = POLLFD.byteOffset(PathElement.groupElement("events"));
    private static final long RETURNED_EVENTS = POLLFD.byteOffset(PathElement.groupElement("revents"));
    private static final long NANOSECONDS = TIMESPEC.byteOffset(PathElement.groupElement("tv_nsec"));

    private final MethodHandle ppoll;
    private final MethodHandle eventfd;
    private final MethodHandle read;
    private final MethodHandle write;
    private final MethodHandle close;

    FfmPolling(LibC libC) {
        FunctionDescriptor transfer = FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
        ppoll = libC.function("ppoll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS));
        eventfd = libC.function("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
        read = libC.function("read", transfer);
        write = libC.function("write", transfer);
        close = libC.function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    }

    @Override
    public Poller open(List<? extends Pollable> sources) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = LibC.allocateErrnoState(arena);
            int alarm = (int) eventfd.invokeExact(state, 0, EFD_NONBLOCK | EFD_CLOEXEC);
            if (alarm < 0) {
                throw new SystemCallException("eventfd(0, EFD_NONBLOCK)", LibC.errno(state));
            }
            return new EventPoller(sources, alarm);
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    /** The sources, and behind them the eventfd. */
    private final class EventPoller implements Poller {
        private final int alarm;
        private final int sourceCount;
        private final Arena arena = Arena.ofShared();
        private final MemorySegment state = LibC.allocateErrnoState(arena);
        private final MemorySegment timeout = arena.allocate(TIMESPEC);
        private final MemorySegment alarmCount = arena.allocate(JAVA_LONG);
        private final MemorySegment entries;

        EventPoller(List<? extends Pollable> sources, int alarm) {
            this.alarm = alarm;
            sourceCount = sources.size();
            entries = arena.allocate(POLLFD, sourceCount + 1L);
            for (int i = 0; i <= sourceCount; i++) {
                entries.set(JAVA_INT, entry(i), i < sourceCount ? sources.get(i).descriptor() : alarm);
                entries.set(JAVA_SHORT, entry(i) + EVENTS, POLLIN);
            }
        }

        @Override
        public void await(long timeoutNs) {
            timeout.set(JAVA_LONG, 0, timeoutNs / NS_PER_SECOND);
            timeout.set(JAVA_LONG, NANOSECONDS, timeoutNs % NS_PER_SECOND);
            MemorySegment limit = timeoutNs == FOREVER_NS ? MemorySegment.NULL : timeout;
            int readyCount;
            try {
                readyCount = (int) ppoll.invokeExact(state, entries, sourceCount + 1L, limit, MemorySegment.NULL);
            } catch (Throwable e) {
                throw LibC.unexpected(e);
            }
            if (readyCount < 0) {
                onFailure(LibC.errno(state));
            } else if (readyCount > 0 && isReadable(sourceCount)) {
                silenceAlarm();
            }
        }

        @Override
        public boolean isReadable(int index) {
            // The kernel also reports POLLERR, POLLHUP and POLLNVAL, and a read then says what happened.
            return entries.get(JAVA_SHORT, entry(index) + RETURNED_EVENTS) != 0;
        }

        @Override
        public void wakeUp() {
            try (Arena local = Arena.ofConfined()) {
                MemorySegment localState = LibC.allocateErrnoState(local);
                MemorySegment one = local.allocateFrom(JAVA_LONG, 1);
                // It can only fail for a count that is full, and then the alarm rings already.
                long ignored = (long) write.invokeExact(localState, alarm, one, JAVA_LONG.byteSize());
            } catch (Throwable e) {
                throw LibC.unexpected(e);
            }
        }

        @Override
        public void close() {
            if (!arena.scope().isAlive()) {
                return;
            }
            try {
                int ignored = (int) close.invokeExact(state, alarm);
            } catch (Throwable e) {
                throw LibC.unexpected(e);
            } finally {
                arena.close();
            }
        }

        /** The kernel leaves the answers of an earlier wait in place when a wait fails. */
        private void onFailure(int errno) {
            for (int i = 0; i <= sourceCount; i++) {
                entries.set(JAVA_SHORT, entry(i) + RETURNED_EVENTS, (short) 0);
            }
            if (errno != Errno.EINTR.number()) {
                throw new SystemCallException("ppoll(" + sourceCount + " sources)", errno);
            }
        }

        private void silenceAlarm() {
            try {
                long ignored = (long) read.invokeExact(state, alarm, alarmCount, JAVA_LONG.byteSize());
            } catch (Throwable e) {
                throw LibC.unexpected(e);
            }
        }

        private static long entry(int index) {
            return index * POLLFD.byteSize();
        }
    }
}
