/**
 * The pCPU: programs of a few operations that run over the bytes that a schedule of descriptors names. A program is checked once, then
 * fused into one pass over memory by a loop that is generated for it.
 *
 * <p>It may use {@code blob}, {@code linux}, {@code protocol} and JCTools. It must not know the network.
 */
package io.packetfs.pcpu;
