/**
 * Records over grams, for applications: {@link io.packetfs.records.GramEndpoint}, {@link io.packetfs.records.GramConnection}, {@link
 * io.packetfs.records.GramLane}. One agent thread for each endpoint owns engine and port; everybody else talks to it by bounded queues.
 * It does not know which carrier it runs on.
 *
 * <p>It may use {@code endpoint} and what that stands on, and JCTools.
 */
package io.packetfs.records;
