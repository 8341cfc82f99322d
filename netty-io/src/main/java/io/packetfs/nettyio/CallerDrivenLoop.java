package io.packetfs.nettyio;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.util.concurrent.AbstractEventExecutor;
import io.netty.util.concurrent.DefaultPromise;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.netty.util.concurrent.Promise;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * A Netty event loop without a thread of its own: it runs when, and on the thread where, its owner calls it.
 *
 * <p>Netty's {@code ManualIoEventLoop} does the same but belongs to one thread for ever, so a port could not be opened on one thread
 * (where a bind error can be reported) and driven by another, and its wake-up is lost when it comes just before the wait. Here whoever
 * calls {@link #adopt()} is the owner from then on; callers see to it that there is one at a time, with a happens-before edge at each
 * change of hands (starting or joining a thread is one).
 *
 * <p>Only {@link #wakeup()} and {@link #execute} may be called by other threads. There are no scheduled tasks.
 */
@SuppressWarnings("deprecation") // EventLoop still has deprecated methods that every implementation must have
final class CallerDrivenLoop extends AbstractEventExecutor implements IoEventLoop {
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Promise<Void> terminated = new DefaultPromise<>(GlobalEventExecutor.INSTANCE);
    private final PollingContext polling = new PollingContext();
    private final WaitingContext waiting = new WaitingContext();
    private final IoHandler handler;

    private volatile Thread owner = Thread.currentThread();
    private volatile boolean wakeupRequested;

    CallerDrivenLoop(IoHandlerFactory factory) {
        handler = factory.newHandler(this);
        handler.initialize();
    }

    /** Makes the calling thread the owner. */
    void adopt() {
        final Thread caller = Thread.currentThread();
        if (owner != caller) {
            owner = caller;
        }
    }

    /** Handles what is ready, without waiting. */
    void poll() {
        handler.run(polling);
        runTasks();
    }

    /** Waits at most {@code timeoutNs} (more than 0) for something to handle or for {@link #wakeup()}, and handles it. */
    void await(long timeoutNs) {
        if (!wakeupRequested) {
            waiting.timeoutNs = timeoutNs;
            handler.run(waiting);
            runTasks();
        }
        consumeWakeup();
    }

    /** Forgets a wake-up: the wait that it should end has ended. */
    void consumeWakeup() {
        if (wakeupRequested) {
            wakeupRequested = false;
        }
    }

    /** Ends the present or the next {@link #await}, from any thread. */
    void wakeup() {
        // The handler only interrupts a wait that has begun; the flag, read by WaitingContext.canBlock() after the
        // handler has
        // announced its wait, keeps one from beginning.
        wakeupRequested = true;
        handler.wakeup();
    }

    /** Deregisters all channels and frees the handler's memory and descriptors. Idempotent. */
    @Override
    public void close() {
        if (terminated.isDone()) {
            return;
        }
        handler.prepareToDestroy();
        runTasks();
        handler.destroy();
        runTasks();
        terminated.setSuccess(null);
    }

    private void runTasks() {
        Runnable task = tasks.poll();
        while (task != null) {
            safeExecute(task);
            task = tasks.poll();
        }
    }

    @Override
    public boolean inEventLoop(Thread thread) {
        return owner == thread;
    }

    @Override
    public void execute(Runnable task) {
        if (terminated.isDone()) {
            throw new RejectedExecutionException("loop closed");
        }
        tasks.add(task);
        if (!inEventLoop()) {
            wakeup();
        }
    }

    @Override
    public Future<IoRegistration> register(IoHandle handle) {
        final Promise<IoRegistration> promise = newPromise();
        if (inEventLoop()) {
            register(handle, promise);
        } else {
            execute(() -> register(handle, promise));
        }
        return promise;
    }

    private void register(IoHandle handle, Promise<IoRegistration> promise) {
        try {
            promise.setSuccess(handler.register(handle));
        } catch (Exception e) {
            promise.setFailure(e);
        }
    }

    @Override
    public ChannelFuture register(Channel channel) {
        return register(new DefaultChannelPromise(channel, this));
    }

    @Override
    public ChannelFuture register(ChannelPromise promise) {
        promise.channel().unsafe().register(this, promise);
        return promise;
    }

    @Override
    public ChannelFuture register(Channel channel, ChannelPromise promise) {
        channel.unsafe().register(this, promise);
        return promise;
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return handler.isCompatible(handleType);
    }

    @Override
    public boolean isIoType(Class<? extends IoHandler> handlerType) {
        return handler.getClass().equals(handlerType);
    }

    @Override
    public IoEventLoop next() {
        return this;
    }

    @Override
    public IoEventLoopGroup parent() {
        return this;
    }

    @Override
    public void shutdown() {
        close();
    }

    @Override
    public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
        close();
        return terminated;
    }

    @Override
    public Future<?> terminationFuture() {
        return terminated;
    }

    @Override
    public boolean isShuttingDown() {
        return terminated.isDone();
    }

    @Override
    public boolean isShutdown() {
        return terminated.isDone();
    }

    @Override
    public boolean isTerminated() {
        return terminated.isDone();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return terminated.isDone();
    }

    private static final class PollingContext implements IoHandlerContext {
        @Override
        public boolean canBlock() {
            return false;
        }

        @Override
        public long delayNanos(long currentTimeNs) {
            return 0;
        }

        @Override
        public long deadlineNanos() {
            return -1;
        }
    }

    private final class WaitingContext implements IoHandlerContext {
        private long timeoutNs;

        @Override
        public boolean canBlock() {
            return !wakeupRequested && tasks.isEmpty();
        }

        @Override
        public long delayNanos(long currentTimeNs) {
            return timeoutNs;
        }

        @Override
        public long deadlineNanos() {
            return System.nanoTime() + timeoutNs;
        }
    }
}
