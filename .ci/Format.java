import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.ImportOrderer;
import com.palantir.javaformat.java.JavaFormatterOptions;
import com.palantir.javaformat.java.JavaFormatterOptions.Style;
import com.palantir.javaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Checks that the Java sources below a folder are formatted, or formats them: {@code Format check|apply ROOT}. */
final class Format {
    private static final Formatter FORMATTER = Formatter.createFormatter(JavaFormatterOptions.builder()
            .style(Style.PALANTIR)
            .formatJavadoc(false)
            .build());

    private Format() {}

    public static void main(final String[] args) throws IOException {
        final boolean apply = args[0].equals("apply");
        final Path root = Path.of(args[1]).toAbsolutePath().normalize();
        final List<String> findings = new ArrayList<>();
        for (final Path file : sources(root)) {
            final String name = root.relativize(file).toString();
            try {
                final String before = Files.readString(file);
                final String after = format(before);
                if (before.equals(after)) {
                    continue;
                }
                if (apply) {
                    Files.writeString(file, after);
                    System.out.println("formatted " + name);
                } else {
                    findings.add(name);
                }
            } catch (final FormatterException e) {
                findings.add(name + ": " + e.getMessage());
            }
        }
        if (!findings.isEmpty()) {
            System.err.println("Not formatted (repair with: mvn -N -q exec:exec@format -Dformat=apply):");
            findings.forEach(finding -> System.err.println("  " + finding));
            System.exit(1);
        }
    }

    private static String format(final String source) throws FormatterException {
        final String imports =
                ImportOrderer.reorderImports(RemoveUnusedImports.removeUnusedImports(source), Style.PALANTIR);
        return FORMATTER.formatSource(imports);
    }

    private static List<Path> sources(final Path root) throws IOException {
        final List<Path> files = new ArrayList<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(final Path folder, final BasicFileAttributes attributes) {
                final String name = folder.getFileName().toString();
                return name.equals("target") || name.equals(".git")
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(final Path file, final BasicFileAttributes attributes) {
                if (file.toString().endsWith(".java")) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        Collections.sort(files);
        return files;
    }
}
