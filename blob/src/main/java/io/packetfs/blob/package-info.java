/**
 * The blob that descriptors address: where received bytes land, where sent bytes come from, and their digests. Files lie end to end in
 * one address space and are staged in blocks.
 *
 * <p>Memory beside the heap ({@code Blob}), alone or shared between processes ({@code SharedBlob}), and digests of it.
 *
 * <p>It may use {@code linux}, {@code protocol} and, for XXH3 alone, hash4j. It must not know sockets.
 */
package io.packetfs.blob;
