package io.packetfs.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnLinux
class BpfTest {
    /** mov r0, 2; exit. */
    private static final byte[] PASS = {(byte) 0xb7, 0, 0, 0, 2, 0, 0, 0, (byte) 0x95, 0, 0, 0, 0, 0, 0, 0};

    private static final byte[] EXIT = {(byte) 0x95, 0, 0, 0, 0, 0, 0, 0};

    private Bpf bpf;

    @BeforeEach
    void privileged() {
        assumeTrue(Linux.isAvailable(), () -> "skipped: " + Linux.unavailabilityCause());
        assumeTrue(
                ProcessCapability.effective().contains(ProcessCapability.CAP_BPF)
                        && ProcessCapability.effective().contains(ProcessCapability.CAP_NET_ADMIN),
                "skipped: bpf(2) takes CAP_BPF and CAP_NET_ADMIN; root has them");
        bpf = Linux.bpf();
    }

    @Test
    void runsAProgramOverAPacket() {
        try (BpfObject program = bpf.loadXdp("pass", PASS, true)) {
            assertThat(bpf.run(program, new byte[14])).isEqualTo(2);
        }
    }

    @Test
    void aProgramThatTheVerifierRefusesIsRefusedWithItsReasons() {
        assertThatExceptionOfType(BpfRejectedException.class)
                .isThrownBy(() -> bpf.loadXdp("bad", EXIT, false))
                .withMessageContaining("bpf(BPF_PROG_LOAD, XDP bad, 1 instructions): permission denied (EACCES)")
                .withMessageContaining("R0 !read_ok")
                .satisfies(e -> assertThat(e.verifierLog()).contains("processed 1 insns"));
    }

    @Test
    void tellsWhatAMapIs() {
        try (BpfObject map = bpf.createSocketMap("a_map.1", 3);
                BpfObject program = bpf.loadXdp("pass", PASS, false)) {
            assertThat(bpf.socketMapInfo(map)).isEqualTo(new Bpf.MapInfo("a_map.1", 3));
            bpf.remove(map, 2);
            assertThatExceptionOfType(SystemCallException.class)
                    .isThrownBy(() -> bpf.remove(map, 3))
                    .withMessageContaining("bpf(BPF_MAP_DELETE_ELEM, XSKMAP, queue 3)");
            assertThatIllegalArgumentException().isThrownBy(() -> bpf.socketMapInfo(program));
            assertThatIllegalArgumentException().isThrownBy(() -> bpf.linkDeviceIndex(map));
        }
    }

    @Test
    void namesTheCallThatFails() {
        try (BpfObject map = bpf.createSocketMap("map", 1)) {
            assertThatExceptionOfType(SystemCallException.class)
                    .isThrownBy(() -> bpf.put(map, 0, 0))
                    .withMessageStartingWith("bpf(BPF_MAP_UPDATE_ELEM, XSKMAP, queue 0): ");
            assertThatExceptionOfType(SystemCallException.class)
                    .isThrownBy(() -> bpf.pin(map, Path.of("/proc/no-bpf")))
                    .withMessageStartingWith("bpf(BPF_OBJ_PIN, /proc/no-bpf): ");
        }
        assertThatExceptionOfType(SystemCallException.class)
                .isThrownBy(() -> bpf.openPinned(Path.of("/nowhere/map")))
                .withMessage("bpf(BPF_OBJ_GET, /nowhere/map): no such file or directory (ENOENT)");
        try (BpfObject program = bpf.loadXdp("pass", PASS, false)) {
            assertThatExceptionOfType(SystemCallException.class)
                    .isThrownBy(() -> bpf.link(program, 999_999, Bpf.XdpMode.NATIVE))
                    .withMessageStartingWith("bpf(BPF_LINK_CREATE, XDP, device 999999, NATIVE): ");
        }
    }

    @Test
    void refusesWhatIsNoNameOrNoProgram() {
        assertThatIllegalArgumentException().isThrownBy(() -> bpf.createSocketMap("a name", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> bpf.createSocketMap("sixteen_letters_", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> bpf.loadXdp("pass", new byte[7], false));
        assertThatIllegalArgumentException().isThrownBy(() -> bpf.loadXdp("pass", new byte[0], false));
    }
}
