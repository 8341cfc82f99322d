package io.packetfs.transfer.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"", "/", "/etc/passwd", "..", "../x", "a/../b", "a/..", "./a", "a/.", ".", "a//b", "a/", "a\0b"})
    void rejectsPathsThatLeaveTheFolderOrHideWhereTheyLead(String path) {
        assertThat(new ManifestBuilder().add(file(path, 1))).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "...", "..a", "a b", "-rf", "~", "a\\b", "\u00fc\u2603", "C:", "a\nb", ".hidden"})
    void takesAnyOtherName(String path) {
        assertThat(new ManifestBuilder().add(file(path, 1))).isNull();
    }

    @Test
    void boundsPathsAndComponents() {
        ManifestBuilder builder = new ManifestBuilder();

        assertThat(builder.add(file("c".repeat(255), 1))).isNull();
        assertThat(builder.add(file("c".repeat(256), 1))).contains("component");
        assertThat(builder.add(file("\u00fc".repeat(128), 1))).contains("component");
        assertThat(builder.add(file("d/".repeat(2_047) + "xy", 1))).contains("longer than 4095");
    }

    @Test
    void wantsADirectoryBeforeWhatIsInIt() {
        ManifestBuilder builder = new ManifestBuilder();

        assertThat(builder.add(file("d/f", 1))).contains("without its directory");
        assertThat(builder.add(file("x", 1))).isNull();
        assertThat(builder.add(file("x/f", 1))).contains("without its directory");
        assertThat(builder.add(directory("d"))).isNull();
        assertThat(builder.add(file("d/f", 1))).isNull();
    }

    @Test
    void takesNoPathTwice() {
        ManifestBuilder builder = new ManifestBuilder();
        builder.add(directory("d"));

        assertThat(builder.add(file("d", 1))).contains("twice");
    }

    @Test
    void nothingCanBePutThroughALink() {
        ManifestBuilder builder = new ManifestBuilder();
        builder.add(directory("d"));
        assertThat(builder.add(link("d/l", "."))).isNull();

        assertThat(builder.add(file("d/l/f", 1))).contains("without its directory");
    }

    @ParameterizedTest
    @CsvSource({
        "d/l, x, true",
        "d/l, x/y, true",
        "d/e/l, ../x, true",
        "d/e/l, .., true",
        "d/l, .., false",
        "d/l, ../x, false",
        "d/e/l, ../../x, false",
        "d/l, /etc/passwd, false",
        "d/e/l, x/../../.., false",
        "d/e/l, x/.., false",
        "l, x, false"
    })
    void linksStayInsideTheirTopFolder(String path, String target, boolean valid) {
        ManifestBuilder builder = new ManifestBuilder();
        builder.add(directory("d"));
        builder.add(directory("d/e"));

        assertThat(builder.add(link(path, target)) == null).isEqualTo(valid);
    }

    @Test
    void boundsTheBytesOfAllFilesTogether() {
        ManifestBuilder builder = new ManifestBuilder();

        assertThat(builder.add(file("a", ManifestLimits.FILE_BYTES_TOTAL_MAX))).isNull();
        assertThat(builder.add(file("b", 0))).isNull();
        assertThat(builder.add(file("c", 1))).contains("bytes of files");
    }

    @Test
    void aDirectoryHasNothingThatIsAFiles() {
        ManifestBuilder builder = new ManifestBuilder();

        assertThat(builder.add(new ManifestEntry(EntryKind.DIRECTORY, "d", "", 1, false, 0)))
                .isNotNull();
        assertThat(builder.add(new ManifestEntry(EntryKind.DIRECTORY, "d", "", 0, true, 0)))
                .isNotNull();
        assertThat(builder.add(new ManifestEntry(EntryKind.FILE, "f", "target", 0, false, 0)))
                .isNotNull();
    }

    @Test
    void theTransferIdFollowsFromTheEntries() {
        Manifest one = manifest(file("a", 1), file("b", 2));

        assertThat(manifest(file("a", 1), file("b", 2)).id()).isEqualTo(one.id());
        assertThat(manifest(file("a", 1), file("b", 3)).id()).isNotEqualTo(one.id());
        assertThat(manifest(file("b", 2), file("a", 1)).id()).isNotEqualTo(one.id());
        assertThat(one.bytes()).isEqualTo(3);
        // SHA-256 of nothing, cut to 16 bytes
        assertThat(manifest().id()).hasToString("e3b0c44298fc1c149afbf4c8996fb924");
    }

    private static Manifest manifest(ManifestEntry... entries) {
        ManifestBuilder builder = new ManifestBuilder();
        for (ManifestEntry entry : entries) {
            assertThat(builder.add(entry)).isNull();
        }
        return builder.build();
    }

    private static ManifestEntry file(String path, long bytes) {
        return new ManifestEntry(EntryKind.FILE, path, "", bytes, false, 0);
    }

    private static ManifestEntry directory(String path) {
        return new ManifestEntry(EntryKind.DIRECTORY, path, "", 0, false, 0);
    }

    private static ManifestEntry link(String path, String target) {
        return new ManifestEntry(EntryKind.LINK, path, target, 0, false, 0);
    }
}
