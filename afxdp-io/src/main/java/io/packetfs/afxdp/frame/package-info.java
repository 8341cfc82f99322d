/**
 * Ethernet, IPv4, IPv6 and UDP as bytes: headers written from a template for each flow, and frames taken apart with every length checked.
 * Nothing here calls the kernel.
 */
package io.packetfs.afxdp.frame;
