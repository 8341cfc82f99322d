package io.packetfs.transfer.record;

/** What the receiver of a transfer gives its sender, so that further connections find their transfer: 16 random bytes. */
public record StripeKey(long first, long second) {}
