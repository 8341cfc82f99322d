package io.packetfs.blob;

import com.dynatrace.hash4j.hashing.ByteAccess;
import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/** The digests of ranges of memory (spec: BLB-8). Any thread may call; none changes what it reads. */
public enum BlobDigest {
    /** CRC-32C, the digest of grams; several threads share the work. */
    CRC32C("crc32c") {
        @Override
        public byte[] of(MemorySegment memory, int threads) {
            return ByteBuffer.allocate(Integer.BYTES)
                    .putInt(crc32c(memory, threads))
                    .array();
        }
    },
    /** FNV-1a of 64 bits, byte after byte by one thread. */
    FNV1A64("fnv1a64") {
        @Override
        public byte[] of(MemorySegment memory, int threads) {
            return bytes(Fnv1a64.update(Fnv1a64.OFFSET_BASIS, memory, 0, memory.byteSize()));
        }
    },
    /** XXH3 of 64 bits with seed 0, by one thread; needs the library hash4j, which users of this module may leave out. */
    XXH3_64("xxh3") {
        @Override
        public byte[] of(MemorySegment memory, int threads) {
            if (!isAvailable()) {
                throw new UnsupportedOperationException("xxh3 needs com.dynatrace.hash4j:hash4j on the class path");
            }
            return bytes(Xxh3.HASHER.hashBytesToLong(memory, 0, memory.byteSize(), Xxh3.ACCESS));
        }
    },
    /** SHA-256, by one thread. */
    SHA256("sha256") {
        @Override
        public byte[] of(MemorySegment memory, int threads) {
            MessageDigest digest = Sha256.newDigest();
            byte[] piece = new byte[(int) Math.min(COPIED_BYTES, memory.byteSize())];
            for (long at = 0; at < memory.byteSize(); at += COPIED_BYTES) {
                int length = (int) Math.min(COPIED_BYTES, memory.byteSize() - at);
                MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, at, piece, 0, length);
                digest.update(piece, 0, length);
            }
            return digest.digest();
        }
    };

    private static final int COPIED_BYTES = 1 << 16;
    private static final long CRC_PIECE_BYTES = 64 << 20;

    private static final boolean HASH4J = isThere("com.dynatrace.hash4j.hashing.Hasher64");

    private final String label;

    BlobDigest(String label) {
        this.label = label;
    }

    /** As options and reports name it. */
    public String label() {
        return label;
    }

    /** Whether the library that this digest needs is there. */
    public boolean isAvailable() {
        return this != XXH3_64 || HASH4J;
    }

    /**
     * The digest of all of {@code memory}, as its bytes are printed: numbers with the highest byte first.
     *
     * @param threads how many may share the work, where the digest allows it
     */
    public abstract byte[] of(MemorySegment memory, int threads);

    /** {@link #of}, printed. */
    public String hex(MemorySegment memory, int threads) {
        return HexFormat.of().formatHex(of(memory, threads));
    }

    private static boolean isThere(String className) {
        try {
            Class.forName(className, false, BlobDigest.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private static byte[] bytes(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    private static int crc32c(MemorySegment memory, int threads) {
        long size = memory.byteSize();
        int[] pieces = new int[Math.toIntExact((size + CRC_PIECE_BYTES - 1) / CRC_PIECE_BYTES)];
        ParallelRanges.run(size, CRC_PIECE_BYTES, threads, (offset, length) -> {
            CRC32C crc = new CRC32C();
            crc.update(memory.asSlice(offset, length).asByteBuffer());
            pieces[(int) (offset / CRC_PIECE_BYTES)] = (int) crc.getValue();
        });
        int whole = 0;
        for (int i = 0; i < pieces.length; i++) {
            whole = Crc32c.combine(whole, pieces[i], Math.min(CRC_PIECE_BYTES, size - i * CRC_PIECE_BYTES));
        }
        return whole;
    }

    /** Loaded when it is first asked for. */
    private static final class Xxh3 {
        static final Hasher64 HASHER = Hashing.xxh3_64();
        static final ByteAccess<MemorySegment> ACCESS = ByteAccess.forMemorySegment(MemorySegment.class);
    }
}
