package io.packetfs.linux;

import io.packetfs.linux.KernelProbe.Capability;

/** Network interfaces whose far end is this process: what the kernel routes to one is read here, what is written here it receives. */
public interface TunDevices {
    /** The longest name of an interface, bytes. */
    int NAME_BYTES_MAX = 15;

    /** Whether this process can make such devices. Nothing is made to find out. */
    Capability capability();

    /**
     * Attaches to the device of this name in the network namespace of this process; one that does not exist is made, and vanishes when it
     * is closed. It carries bare IP packets and starts without addresses, and down.
     *
     * @param name 1 to {@link #NAME_BYTES_MAX} letters, digits, {@code _}, {@code -} and {@code .}
     * @throws SystemCallException if it cannot be opened, or belongs to somebody else
     */
    TunDevice open(String name);
}
