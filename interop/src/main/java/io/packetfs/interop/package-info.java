/**
 * What takes all modules together: the golden vectors and their runner, one suite of how transfers behave over every carrier, and the rules of
 * who may use whom.
 *
 * <p>It may use every module.
 */
package io.packetfs.interop;
