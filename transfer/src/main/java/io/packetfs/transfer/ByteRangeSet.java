package io.packetfs.transfer;

import io.packetfs.transfer.record.ByteRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A set of bytes of an address space, kept as ranges that neither touch nor overlap. Used by one thread at a time. */
final class ByteRangeSet {
    private final TreeMap<Long, Long> endByStart = new TreeMap<>();
    private long bytes;

    ByteRangeSet copy() {
        ByteRangeSet copy = new ByteRangeSet();
        copy.endByStart.putAll(endByStart);
        copy.bytes = bytes;
        return copy;
    }

    /** Adds a range; what is there already stays. Returns the count of bytes that were not there. */
    long add(long offset, long length) {
        long before = bytes;
        long start = offset;
        long end = offset + length;
        // Whatever touches the range is merged into it.
        Map.Entry<Long, Long> each = endByStart.floorEntry(end);
        while (each != null && each.getValue() >= start) {
            start = Math.min(start, each.getKey());
            end = Math.max(end, each.getValue());
            bytes -= each.getValue() - each.getKey();
            endByStart.remove(each.getKey());
            each = endByStart.floorEntry(end);
        }
        if (end > start) {
            endByStart.put(start, end);
            bytes += end - start;
        }
        return bytes - before;
    }

    /** Takes a range out. Returns the count of bytes that were there. */
    long remove(long offset, long length) {
        long before = bytes;
        long end = offset + length;
        Map.Entry<Long, Long> each = endByStart.lowerEntry(end);
        while (each != null && each.getValue() > offset) {
            long eachStart = each.getKey();
            long eachEnd = each.getValue();
            endByStart.remove(eachStart);
            bytes -= eachEnd - eachStart;
            if (eachStart < offset) {
                endByStart.put(eachStart, offset);
                bytes += offset - eachStart;
            }
            if (eachEnd > end) {
                endByStart.put(end, eachEnd);
                bytes += eachEnd - end;
            }
            each = endByStart.lowerEntry(eachStart);
        }
        return before - bytes;
    }

    /** Whether every byte of a range that is not empty is in the set. */
    boolean contains(long offset, long length) {
        Map.Entry<Long, Long> each = endByStart.floorEntry(offset);
        return each != null && each.getValue() >= offset + length;
    }

    /** Whether any byte of a range is in the set. */
    boolean overlaps(long offset, long length) {
        Map.Entry<Long, Long> each = endByStart.lowerEntry(offset + length);
        return each != null && each.getValue() > offset;
    }

    /** The parts of a range that are in the set, ascending. */
    List<ByteRange> within(long offset, long length) {
        long end = offset + length;
        List<ByteRange> parts = new ArrayList<>();
        Map.Entry<Long, Long> first = endByStart.floorEntry(offset);
        long from = first != null && first.getValue() > offset ? first.getKey() : offset;
        endByStart.subMap(from, end).forEach((partStart, partEnd) -> {
            long start = Math.max(partStart, offset);
            parts.add(new ByteRange(start, Math.min(partEnd, end) - start));
        });
        return parts;
    }

    boolean isEmpty() {
        return bytes == 0;
    }

    /** Count of bytes in the set. */
    long bytes() {
        return bytes;
    }

    /** The ranges, ascending. */
    List<ByteRange> ranges() {
        List<ByteRange> ranges = new ArrayList<>(endByStart.size());
        endByStart.forEach((start, end) -> ranges.add(new ByteRange(start, end - start)));
        return ranges;
    }
}
