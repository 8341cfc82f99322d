package io.packetfs.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

@OnLinux
class NetworkNamespacesTest {
    private static final Path OWN = Path.of("/proc/self/ns/net");

    @Test
    void runsATaskOnAThreadOfItsOwnAndHandsOverWhatItSays() {
        assumeTrue(ProcessCapability.effective().contains(ProcessCapability.CAP_SYS_ADMIN), "takes CAP_SYS_ADMIN");

        String name =
                Linux.networkNamespaces().call(OWN, () -> Thread.currentThread().getName());

        assertThat(name).isEqualTo("in-net");
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> Linux.networkNamespaces().call(OWN, () -> {
                    throw new IllegalStateException("the task's own");
                }))
                .withMessage("the task's own");
    }

    @Test
    void namesTheFileThatIsNotThereOrIsNoNetworkNamespace() {
        assertThatExceptionOfType(SystemCallException.class)
                .isThrownBy(() -> Linux.networkNamespaces().call(Path.of("/run/netns/not-there"), () -> 1))
                .withMessageContaining("/run/netns/not-there")
                .satisfies(e -> assertThat(e.is(Errno.ENOENT)).isTrue());
        assertThatExceptionOfType(SystemCallException.class)
                .isThrownBy(() -> Linux.networkNamespaces().call(Path.of("/dev/null"), () -> 1))
                .withMessageContaining("setns(/dev/null");
    }
}
