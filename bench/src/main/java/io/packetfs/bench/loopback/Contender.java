package io.packetfs.bench.loopback;

import io.packetfs.cli.CommandException;
import io.packetfs.cli.Signals;

/** A way to move bytes from one process to another. */
interface Contender {
    /** How tables and options name it. */
    String name();

    /** What it is, for people. */
    String what();

    /** Null, or why it cannot be measured here. */
    String unavailabilityCause();

    /**
     * Runs once. Whatever it started has ended when it returns.
     *
     * @throws CommandException if it fails, or a signal came
     */
    Measurement measure(LoopbackPlan plan, Signals signals) throws CommandException;
}
