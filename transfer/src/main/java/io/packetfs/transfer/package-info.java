/**
 * Files, directories and streams over grams: manifest, journal, resume, and the difference against a base.
 *
 * <p>It may use {@code endpoint} and {@code blob}. It must not know packets or carriers.
 */
package io.packetfs.transfer;
