package io.packetfs.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.List;

/** {@link Polling} by ppoll(2), woken by an eventfd(2). */
final class FfmPolling implements Polling {
    private static final short POLLIN = 1;
    private static final short POLLOUT = 4;
    private static final int EFD_NONBLOCK = 0x800;
    private static final int EFD_CLOEXEC = 0x80000;
    private static final int PR_SET_TIMERSLACK = 29;
    private static final long NS_PER_SECOND = 1_000_000_000;

    private static final StructLayout POLLFD = MemoryLayout.structLayout(
            JAVA_INT.withName("fd"), JAVA_SHORT.withName("events"), JAVA_SHORT.withName("revents"));
    private static final StructLayout TIMESPEC =
            MemoryLayout.structLayout(JAVA_LONG.withName("tv_sec"), JAVA_LONG.withName("tv_nsec"));

    private static final long ENTRY_BYTES = POLLFD.byteSize();
    private static final long EVENTS = POLLFD.byteOffset(PathElement.groupElement("events"));
    private static final long RETURNED_EVENTS = POLLFD.byteOffset(PathElement.groupElement("revents"));
    private static final long NANOSECONDS = TIMESPEC.byteOffset(PathElement.groupElement("tv_nsec"));

    @Override
    public Poller open(List<? extends Pollable> sources, int sourcesMax) {
        if (sources.size() > sourcesMax) {
            throw new IllegalArgumentException(sources.size() + " sources, more than " + sourcesMax);
        }
        long alarm =
                SystemCalls.call(SystemCalls.newErrnoState(), SystemCalls.EVENTFD2, 0, EFD_NONBLOCK | EFD_CLOEXEC, 0);
        if (alarm < 0) {
            throw new SystemCallException("eventfd2(0, EFD_NONBLOCK)", (int) -alarm);
        }
        return new EventPoller(sources, sourcesMax, (int) alarm);
    }

    @Override
    public void timerSlack(long slackNs) {
        if (slackNs < 1) {
            throw new IllegalArgumentException("timer slack of " + slackNs + " ns");
        }
        long result = SystemCalls.call(SystemCalls.newErrnoState(), SystemCalls.PRCTL, PR_SET_TIMERSLACK, slackNs, 0);
        if (result < 0) {
            throw new SystemCallException("prctl(PR_SET_TIMERSLACK, " + slackNs + ")", (int) -result);
        }
    }

    /** The sources, and behind them the eventfd. */
    private static final class EventPoller implements Poller {
        private final int alarm;
        private final int sourcesMax;
        private int sourceCount;
        private final Arena arena = Arena.ofShared();
        private final MemorySegment state = SystemCalls.newErrnoState();
        private final MemorySegment wakersState = SystemCalls.newErrnoState();
        private final MemorySegment timeout = arena.allocate(TIMESPEC);
        private final MemorySegment alarmCount = arena.allocate(JAVA_LONG);
        private final MemorySegment one = arena.allocateFrom(JAVA_LONG, 1);
        private final MemorySegment entries;

        EventPoller(List<? extends Pollable> sources, int sourcesMax, int alarm) {
            this.alarm = alarm;
            this.sourcesMax = sourcesMax;
            entries = arena.allocate(POLLFD, sourcesMax + 1L);
            replaceSources(sources);
        }

        @Override
        public void replaceSources(List<? extends Pollable> sources) {
            if (sources.size() > sourcesMax) {
                throw new IllegalArgumentException(sources.size() + " sources, more than " + sourcesMax);
            }
            sourceCount = sources.size();
            for (int i = 0; i <= sourceCount; i++) {
                entries.set(JAVA_INT, entry(i), i < sourceCount ? sources.get(i).descriptor() : alarm);
                entries.set(JAVA_SHORT, entry(i) + EVENTS, POLLIN);
                entries.set(JAVA_SHORT, entry(i) + RETURNED_EVENTS, (short) 0);
            }
        }

        @Override
        public void watch(int index, boolean watch) {
            entries.set(JAVA_SHORT, entry(index) + EVENTS, watch ? POLLIN : 0);
        }

        @Override
        public void watchForRoom(int index, boolean watch) {
            entries.set(JAVA_SHORT, entry(index) + EVENTS, watch ? POLLIN | POLLOUT : POLLIN);
        }

        @Override
        public void await(long timeoutNs) {
            timeout.set(JAVA_LONG, 0, timeoutNs / NS_PER_SECOND);
            timeout.set(JAVA_LONG, NANOSECONDS, timeoutNs % NS_PER_SECOND);
            long limit = timeoutNs == FOREVER_NS ? 0 : timeout.address();
            long readyCount =
                    SystemCalls.call(state, SystemCalls.PPOLL, entries.address(), sourceCount + 1L, limit, 0, 0);
            if (readyCount < 0) {
                onFailure((int) -readyCount);
            } else if (readyCount > 0 && isReadable(sourceCount)) {
                SystemCalls.call(state, SystemCalls.READ, alarm, alarmCount.address(), JAVA_LONG.byteSize());
            }
        }

        @Override
        public boolean isReadable(int index) {
            // The kernel also reports POLLERR, POLLHUP and POLLNVAL, and a read then says what happened.
            return (entries.get(JAVA_SHORT, entry(index) + RETURNED_EVENTS) & ~POLLOUT) != 0;
        }

        @Override
        public void wakeUp() {
            // It can only fail for a count that is full, and then the alarm rings already.
            SystemCalls.call(wakersState, SystemCalls.WRITE, alarm, one.address(), JAVA_LONG.byteSize());
        }

        @Override
        public void close() {
            if (!arena.scope().isAlive()) {
                return;
            }
            SystemCalls.call(state, SystemCalls.CLOSE, alarm, 0, 0);
            arena.close();
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

        private static long entry(int index) {
            return index * ENTRY_BYTES;
        }
    }
}
