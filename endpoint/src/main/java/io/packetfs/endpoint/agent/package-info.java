/** The thread that drives an endpoint over a port: the one place of this module that knows of time passing and of other threads. */
package io.packetfs.endpoint.agent;
