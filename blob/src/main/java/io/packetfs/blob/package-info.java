/**
 * The blob that descriptors address: where received bytes land, where sent bytes come from, and their digests. Files lie end to end in
 * one address space and are staged in blocks.
 *
 * <p>It may use {@code linux} and {@code protocol}. It must not know sockets.
 */
package io.packetfs.blob;
