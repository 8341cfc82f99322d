package io.packetfs.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.blob.Crc32c;
import io.packetfs.blob.FileLayout;
import io.packetfs.blob.HeapBlob;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class FileDigestsTest {
    @Property(tries = 100)
    void piecesInAnyOrderGiveTheChecksumOfEachFile(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long[] sizes = random.longs(1 + random.nextInt(8), 0, 300).toArray();
        FileLayout layout = new FileLayout(Collections.nCopies(sizes.length, Path.of("file")), sizes);
        byte[] content = new byte[(int) layout.sizeBytes()];
        random.nextBytes(content);
        HeapBlob blob = new HeapBlob(content);
        List<int[]> ranges = new ArrayList<>();
        for (int offset = 0; offset < content.length; ) {
            int length = Math.min(1 + random.nextInt(200), content.length - offset);
            ranges.add(new int[] {offset, length});
            offset += length;
        }
        Collections.shuffle(ranges, new Random(seed));

        FileDigests digests = new FileDigests(layout);
        for (int[] range : ranges) {
            digests.add(
                    range[0],
                    range[1],
                    Crc32c.of(blob, range[0], range[1]),
                    (offset, length) -> Crc32c.of(blob, offset, length));
        }

        for (int file = 0; file < layout.fileCount(); file++) {
            assertThat(digests.crc32c(file)).isEqualTo(Crc32c.of(blob, layout.startOf(file), layout.sizeBytesOf(file)));
        }
    }
}
