/**
 * Files, directories, streams and schedules over grams: manifest, journal, resume, stripes over several connections, and the difference
 * against a base.
 *
 * <p>It may use {@code endpoint} and {@code blob}. It must not know packets or carriers.
 */
package io.packetfs.transfer;
