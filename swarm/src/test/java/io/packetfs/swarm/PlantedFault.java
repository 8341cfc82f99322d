package io.packetfs.swarm;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A fault in one method of the project, planted as its class is loaded. The program itself has no place for faults: the swarm and
 * everything below it are loaded once more, by a class loader of their own, with one method changed.
 *
 * @param what the fault, for people
 * @param className of the class with the fault
 * @param method its name in that class
 */
record PlantedFault(String what, String className, String method, MethodTransform change) {
    private static final String PROJECT = "io.packetfs.";

    /** The method returns without doing anything. */
    static PlantedFault doesNothing(String what, String className, String method) {
        return hasBody(what, className, method, CodeBuilder::return_);
    }

    static PlantedFault answers(String what, String className, String method, boolean answer) {
        return hasBody(
                what,
                className,
                method,
                code -> code.loadConstant(answer ? 1 : 0).ireturn());
    }

    static PlantedFault answers(String what, String className, String method, long answer) {
        return hasBody(
                what, className, method, code -> code.loadConstant(answer).lreturn());
    }

    /** Something happens before the method begins, such as to its arguments. */
    static PlantedFault begins(String what, String className, String method, Consumer<CodeBuilder> with) {
        CodeTransform transform = new CodeTransform() {
            @Override
            public void atStart(CodeBuilder code) {
                with.accept(code);
            }

            @Override
            public void accept(CodeBuilder code, CodeElement element) {
                code.with(element);
            }
        };
        return new PlantedFault(what, className, method, MethodTransform.transformingCode(transform));
    }

    /** A call of a method with one argument of four bytes and an object as its result is left out. */
    static PlantedFault forgetsToCall(String what, String className, String method, String called) {
        return callsInstead(what, className, method, called, code -> code.pop2().aconst_null());
    }

    /**
     * Something happens instead of each call of a method: it finds the call's arguments on the stack, and leaves a result there.
     *
     * @param called the other method's name, and its descriptor as far as that matters
     */
    static PlantedFault callsInstead(
            String what, String className, String method, String called, Consumer<CodeBuilder> instead) {
        CodeTransform transform = (code, element) -> {
            if (element instanceof InvokeInstruction call
                    && (call.name().stringValue() + call.type().stringValue()).startsWith(called)) {
                instead.accept(code);
            } else {
                code.with(element);
            }
        };
        return new PlantedFault(what, className, method, MethodTransform.transformingCode(transform));
    }

    /** Something happens to the result, which is on the stack, before the method returns it. */
    static PlantedFault returns(String what, String className, String method, Consumer<CodeBuilder> change) {
        CodeTransform transform = (code, element) -> {
            if (element instanceof ReturnInstruction) {
                change.accept(code);
            }
            code.with(element);
        };
        return new PlantedFault(what, className, method, MethodTransform.transformingCode(transform));
    }

    private static PlantedFault hasBody(String what, String className, String method, Consumer<CodeBuilder> body) {
        return new PlantedFault(what, className, method, (builder, element) -> {
            if (element instanceof CodeModel) {
                builder.withCode(body);
            } else {
                builder.with(element);
            }
        });
    }

    /** What the swarm finds with this fault, from seed 1 on: the first seed that fails and how, or null. */
    String firstFailure(int seeds) throws ReflectiveOperationException {
        Loader loader = new Loader();
        // what cannot be planted is not found either
        Class.forName(className, true, loader);
        Class<?> swarmType = loader.loadClass(Swarm.class.getName());
        BooleanSupplier goOn = () -> false;
        Runnable nothing = () -> {};
        Object swarm = swarmType
                .getConstructor(long.class, long.class, BooleanSupplier.class)
                .newInstance(1L, (long) seeds, goOn);
        Object outcome = swarmType.getMethod("run", int.class, Runnable.class).invoke(swarm, 1, nothing);
        if (!loader.isPlanted) {
            throw new AssertionError(className + " has no method " + method + ", or nobody loads it");
        }
        if (outcome == null) {
            return null;
        }
        return "seed " + outcome.getClass().getMethod("seed").invoke(outcome) + ": "
                + outcome.getClass().getMethod("failure").invoke(outcome);
    }

    @Override
    public String toString() {
        return what;
    }

    /** Loads what is the project's anew, and leaves the rest to the loader that is there. */
    private final class Loader extends ClassLoader {
        private boolean isPlanted;

        Loader() {
            super(PlantedFault.class.getClassLoader());
            setDefaultAssertionStatus(true);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(PROJECT)) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? define(name) : loaded;
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            byte[] bytes = read(name);
            if (name.equals(className)) {
                bytes = plant(bytes);
            }
            return defineClass(name, bytes, 0, bytes.length);
        }

        private byte[] plant(byte[] bytes) {
            ClassFile files = ClassFile.of();
            return files.transformClass(
                    files.parse(bytes),
                    ClassTransform.transformingMethods(
                            candidate -> {
                                boolean isIt = candidate.methodName().equalsString(method);
                                isPlanted |= isIt;
                                return isIt;
                            },
                            change));
        }

        private byte[] read(String name) throws ClassNotFoundException {
            try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                return in.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
