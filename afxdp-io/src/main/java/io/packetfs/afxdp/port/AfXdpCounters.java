package io.packetfs.afxdp.port;

import io.packetfs.afxdp.frame.FrameVerdict;
import io.packetfs.linux.AfXdpSocket.Statistics;
import java.util.Map;

/**
 * What happened at the rings of a port since it was opened, over all queues.
 *
 * @param datagramsByRings sent by the rings
 * @param trainsByKernel sent by the kernel's socket, because that is wanted, the rings do not lead there, or they are lost
 * @param datagramsFromRings received by the rings
 * @param datagramsFromKernel received by the kernel's socket: from queues and devices without rings, and before the rings were there
 * @param frames how many received frames got which verdict
 * @param kernel what the kernel counted, above all why it dropped packets
 * @param wakeUps calls that told the kernel to look at a ring
 * @param droppedByDevice packets that the device dropped on the way out
 * @param wayLookUps how often the kernel was asked for a route and a neighbour
 */
public record AfXdpCounters(
        long datagramsByRings,
        long trainsByKernel,
        long datagramsFromRings,
        long datagramsFromKernel,
        Map<FrameVerdict, Long> frames,
        Statistics kernel,
        long wakeUps,
        long droppedByDevice,
        long wayLookUps) {}
