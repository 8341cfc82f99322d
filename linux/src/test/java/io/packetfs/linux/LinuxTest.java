package io.packetfs.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LinuxTest {
    @Test
    void supportsTheArchitecturesWhoseLayoutsAreKnown() {
        assertThat(Linux.platformCause("Linux", "amd64")).isNull();
        assertThat(Linux.platformCause("Linux", "aarch64")).isNull();
        assertThat(Linux.platformCause("Linux", "s390x")).isEqualTo("not available: Linux on s390x");
    }

    @Test
    void saysThatAnotherOperatingSystemHasNoneOfTheseCalls() {
        assertThat(Linux.platformCause("Mac OS X", "aarch64")).isEqualTo("not available: Mac OS X");
        assertThat(Linux.platformCause("Windows 11", "amd64")).isEqualTo("not available: Windows 11");
    }

    @Test
    void isAvailableExactlyWhenThereIsNoCause() {
        assertThat(Linux.isAvailable()).isEqualTo(Linux.unavailabilityCause() == null);
    }

    @Test
    void namesTheMissingFlagWhenNativeAccessIsDenied() throws IOException, InterruptedException {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--illegal-native-access=deny",
                        "-classpath",
                        System.getProperty("java.class.path"),
                        PrintCause.class.getName())
                .redirectErrorStream(true)
                .start();

        String printed = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(child.waitFor()).as(printed).isZero();
        assertThat(printed)
                .contains(
                        Linux.isAvailable()
                                ? "native access is denied: start Java with --enable-native-access=ALL-UNNAMED"
                                : "not available");
    }

    /** Run in a JVM of its own. */
    static final class PrintCause {
        private PrintCause() {}

        public static void main(String[] args) {
            System.out.println(Linux.unavailabilityCause());
            try {
                Linux.fileSpace();
            } catch (UnsupportedOperationException e) {
                return;
            }
            System.exit(1);
        }
    }
}
