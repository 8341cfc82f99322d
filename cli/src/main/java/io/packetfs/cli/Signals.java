package io.packetfs.cli;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * SIGINT and SIGTERM, remembered for whoever looks at {@link #received()} now and then; a second one ends the process at once.
 *
 * <p>A shutdown hook would not do: it cannot know which signal it was, nor choose the exit code. The JDK's only way is {@code
 * sun.misc.Signal}, reached by reflection because the compiler warns of every other use of it.
 */
public final class Signals {
    private volatile int received;

    /** Begins to listen. On a JVM that hands out no signals, none is ever received. */
    public static Signals install() {
        Signals signals = new Signals();
        try {
            Class<?> signalType = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            Object handler = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handlerType}, (proxy, method, arguments) -> {
                        Method number = signalType.getMethod("getNumber");
                        signals.onSignal((Integer) number.invoke(arguments[0]));
                        return null;
                    });
            Method handle = signalType.getMethod("handle", signalType, handlerType);
            for (String name : new String[] {"INT", "TERM"}) {
                handle.invoke(null, signalType.getConstructor(String.class).newInstance(name), handler);
            }
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            // The JVM was started with -Xrs, or has no such class: it then ends by itself, without a summary.
            return signals;
        }
        return signals;
    }

    /** The number of the first signal, 0 if there was none. */
    public int received() {
        return received;
    }

    /** The exit code that goes with it. */
    public ExitCode exitCode() {
        return received == 15 ? ExitCode.SIGTERM : ExitCode.SIGINT;
    }

    private void onSignal(int number) {
        if (received != 0) {
            Runtime.getRuntime().halt(128 + number);
        }
        received = number;
    }
}
