package io.packetfs.transfer;

import java.util.concurrent.Executor;

/**
 * The two threads that a session runs on. Everything about the connection happens on the agent's; what may block on a disk, a pipe or
 * a long computation happens on the disk thread, one task after another, and posts what came of it back to the agent.
 */
public record Workers(Executor agent, Executor disk) {}
