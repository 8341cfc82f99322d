/**
 * The {@code pfs-udp} command: thin commands over the modules.
 *
 * <p>It may use every module and picocli. It must not hold rules of the protocol.
 */
package io.packetfs.cli;
