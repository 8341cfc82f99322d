package io.packetfs.transfer.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceTreeTest {
    @TempDir
    private Path folder;

    @Test
    void listsEverythingInTheOrderOfNames() throws IOException {
        Files.createDirectories(folder.resolve("top/b"));
        Files.writeString(folder.resolve("top/b/2"), "22");
        Files.writeString(folder.resolve("top/a"), "1");

        SourceTree tree = SourceTree.scan(List.of(folder.resolve("top")));

        assertThat(tree.manifest().entries())
                .extracting(ManifestEntry::path)
                .containsExactly("top", "top/a", "top/b", "top/b/2");
        assertThat(tree.manifest().bytes()).isEqualTo(3);
        assertThat(tree.leftOut()).isEmpty();
        assertThat(tree.pathOfEntry(3)).isEqualTo(folder.toRealPath().resolve("top/b/2"));
    }

    @Test
    void namesAFolderThatIsGivenAsADot() throws IOException {
        Path top = Files.createDirectory(folder.resolve("top"));
        Files.createDirectory(top.resolve("x"));

        assertThat(SourceTree.scan(List.of(top.resolve("."))).manifest().entries())
                .extracting(ManifestEntry::path)
                .containsExactly("top", "top/x");
        assertThat(SourceTree.scan(List.of(top.resolve("x/.."))).manifest().entries())
                .extracting(ManifestEntry::path)
                .containsExactly("top", "top/x");
    }

    @Test
    void tellsWhichPathIsNotThere() {
        assertThatThrownBy(() -> SourceTree.scan(List.of(folder.resolve("nothing"))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("nothing")
                .hasMessageContaining("does not exist");
    }

    @Test
    void refusesTwoPathsOfOneName() throws IOException {
        Path a = Files.createDirectories(folder.resolve("a/x"));
        Path b = Files.createDirectories(folder.resolve("b/x"));

        assertThatThrownBy(() -> SourceTree.scan(List.of(a, b))).hasMessageContaining("twice");
    }

    @Test
    void leavesLinksBehindThatLeadOut() throws IOException {
        Path top = Files.createDirectory(folder.resolve("top"));
        Files.createSymbolicLink(top.resolve("out"), Path.of("../../etc"));
        Files.createSymbolicLink(top.resolve("in"), Path.of("out"));

        SourceTree tree = SourceTree.scan(List.of(top));

        assertThat(tree.manifest().entries()).extracting(ManifestEntry::path).containsExactly("top", "top/in");
        assertThat(tree.leftOut()).hasSize(1);
        assertThat(tree.leftOut().getFirst().path()).isEqualTo("top/out");
        assertThat(tree.leftOut().getFirst().failed()).isFalse();
    }

    @Test
    void followsALinkThatIsNamed() throws IOException {
        Files.writeString(folder.resolve("file"), "content");
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("file"));

        ManifestEntry entry =
                SourceTree.scan(List.of(link)).manifest().entries().getFirst();

        assertThat(entry.path()).isEqualTo("link");
        assertThat(entry.kind()).isEqualTo(EntryKind.FILE);
        assertThat(entry.sizeBytes()).isEqualTo(7);
    }

    @Test
    void noticesWhatChangedSince() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "content");
        SourceTree tree = SourceTree.scan(List.of(file));
        assertThat(tree.findChange(new BitSet())).isNull();

        Files.writeString(file, "content and more");
        assertThat(tree.findChange(new BitSet())).contains("file").contains("changed");

        Files.delete(file);
        assertThat(tree.findChange(new BitSet())).contains("vanished");
    }
}
