/**
 * The sans-IO engine: it admits and demultiplexes datagrams, shakes hands, keeps connections, assembles grams, schedules what to
 * send, and raises events. The agent that gives it a thread and a clock lives in {@code io.packetfs.endpoint.agent}.
 *
 * <p>It may use {@code repair}, {@code ackwindow}, {@code blob} and {@code protocol}, and from outside Agrona and JCTools. It must not
 * know which carrier it runs on.
 */
package io.packetfs.endpoint;
