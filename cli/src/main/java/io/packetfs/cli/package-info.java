/**
 * The {@code pfs-udp} command: thin commands over the modules.
 *
 * <p>It may use every module but {@code bench} and {@code interop}, and from outside picocli, jackson-jr and HdrHistogram. It must not hold rules of the protocol.
 */
package io.packetfs.cli;
