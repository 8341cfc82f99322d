package io.packetfs.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The C library as method handles. Each handle takes, before the function's own arguments, a segment of {@link #ERRNO_STATE} into
 * which errno is saved before the JVM can change it; {@link #errno} reads it.
 */
final class LibC {
    static final StructLayout ERRNO_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = ERRNO_STATE.varHandle(PathElement.groupElement("errno"));
    private static final Linker.Option CAPTURE_ERRNO = Linker.Option.captureCallState("errno");

    private final Linker linker = Linker.nativeLinker();
    private final SymbolLookup lookup = linker.defaultLookup();

    /**
     * @throws UnsupportedOperationException if this C library has no such function
     * @throws IllegalCallerException if this module may not make native calls
     */
    @SuppressWarnings("restricted")
    MethodHandle function(String name, FunctionDescriptor descriptor) {
        return linker.downcallHandle(symbol(name), descriptor, CAPTURE_ERRNO);
    }

    /** As {@link #function}, for one whose arguments from index {@code firstVariadic} on are variadic in C. */
    @SuppressWarnings("restricted")
    MethodHandle variadicFunction(String name, int firstVariadic, FunctionDescriptor descriptor) {
        return linker.downcallHandle(
                symbol(name), descriptor, CAPTURE_ERRNO, Linker.Option.firstVariadicArg(firstVariadic));
    }

    /**
     * {@code syscall(2)} with a call's number and five arguments, all of them 64 bits wide: every call of the kernel has this shape, so
     * the JVM makes one adapter for all that go through it, where another shape costs each start some milliseconds.
     */
    MethodHandle systemCall() {
        return variadicFunction(
                "syscall",
                1,
                FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    }

    /**
     * {@code syscall(2)} for a call whose second argument may lie on the heap, and that never blocks: the thread cannot be stopped, for a
     * collection of garbage or else, before the call has returned.
     */
    @SuppressWarnings("restricted")
    MethodHandle lendingSystemCall() {
        return linker.downcallHandle(
                symbol("syscall"),
                FunctionDescriptor.of(
                        JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                CAPTURE_ERRNO,
                Linker.Option.firstVariadicArg(1),
                Linker.Option.critical(true));
    }

    private MemorySegment symbol(String name) {
        return lookup.find(name)
                .orElseThrow(() -> new UnsupportedOperationException("this C library has no function " + name));
    }

    static MemorySegment allocateErrnoState(Arena arena) {
        return arena.allocate(ERRNO_STATE);
    }

    static int errno(MemorySegment state) {
        return (int) ERRNO.get(state, 0L);
    }

    /** For the Throwable that a method handle declares: a downcall of the right type throws nothing of its own. */
    static AssertionError unexpected(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        if (thrown instanceof RuntimeException exception) {
            throw exception;
        }
        return new AssertionError("a downcall threw", thrown);
    }
}
