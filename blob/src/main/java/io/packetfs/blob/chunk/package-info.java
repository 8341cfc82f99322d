/**
 * Content cut into chunks where the content itself says so, so that what two files share is cut alike wherever it lies; and a table of
 * where chunks lie. What exactly is cut is in {@code docs/spec/chunks.md}.
 */
package io.packetfs.blob.chunk;
