package io.packetfs.cli;

import io.packetfs.linux.KernelProbe.Capability;
import io.packetfs.sim.NamespacePair;

/** Whether a wire between two network namespaces can be made here. */
public final class WireCheck {
    private WireCheck() {}

    /**
     * Requires that it can.
     *
     * @throws CommandException with the reason if it cannot
     */
    public static void requireWire() throws CommandException {
        Capability capability = NamespacePair.capability();
        if (!capability.available()) {
            throw new CommandException(
                    ExitCode.UNAVAILABLE, "namespaces_unavailable", "no wire can be made here: " + capability.cause());
        }
    }
}
