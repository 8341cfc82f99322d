/**
 * The blob that descriptors address: hugetlbfs, transparent huge pages, memfd or a mapped file; prefault, fill, landing writes,
 * digests, and the index of content chunks.
 *
 * <p>It may use {@code linux} and {@code protocol}. It must not know sockets.
 */
package io.packetfs.blob;
