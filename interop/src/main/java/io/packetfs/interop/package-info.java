/**
 * The conformance suite, the runner of the golden vectors, whole-protocol swarms, the independent peer and the dissector.
 *
 * <p>It may use every module.
 */
package io.packetfs.interop;
