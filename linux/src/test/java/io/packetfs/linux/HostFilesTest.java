package io.packetfs.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read from {@code /proc} and {@code /sys}, against small copies of such trees. */
class HostFilesTest {
    @TempDir
    private Path root;

    private ProcFiles files;

    @BeforeEach
    void root() {
        files = new ProcFiles(root);
    }

    @Test
    void readsTheHost() throws IOException {
        put("proc/sys/kernel/osrelease", "6.18.0-custom\n");
        put("proc/cpuinfo", "processor\t: 0\nmodel\t\t: 2\nmodel name\t: Quick 9000\n\nprocessor\t: 1\n");
        put("proc/meminfo", "MemTotal:        1024 kB\nMemAvailable:     512 kB\n");

        HostInfo host = HostInfo.read(files);

        assertThat(host.kernelRelease()).contains("6.18.0-custom");
        assertThat(host.cpuModel()).contains("Quick 9000");
        assertThat(host.cpuCount()).isPositive();
        assertThat(host.memoryBytes()).hasValue(1 << 20);
        assertThat(host.memoryAvailableBytes()).hasValue(1 << 19);
    }

    @Test
    void namesAProcessorThatGivesOnlyNumbers() throws IOException {
        put("proc/cpuinfo", "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n");

        assertThat(HostInfo.read(files).cpuModel()).contains("implementer 0x41, part 0xd0c");
    }

    @Test
    void whatAnEmptyRootDoesNotTellIsAbsent() {
        HostInfo host = HostInfo.read(files);

        assertThat(host.kernelRelease()).isEmpty();
        assertThat(host.cpuModel()).isEmpty();
        assertThat(host.memoryBytes()).isEmpty();
        assertThat(HugePages.read(files).transparentMode()).isEmpty();
        assertThat(NetworkSettings.read(files).receiveBufferBytesMax()).isEmpty();
        assertThat(ProcessCapability.effective(files)).isEmpty();
        assertThat(CgroupLimits.read(files).memoryBytesMax()).isEmpty();
        assertThat(CgroupLimits.read(files).cpuCountMax()).isEmpty();
    }

    @Test
    void readsHugePages() throws IOException {
        put("proc/meminfo", "HugePages_Total:       7\nHugePages_Free:        3\nHugepagesize:       2048 kB\n");
        put("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");

        HugePages pages = HugePages.read(files);

        assertThat(pages.pageBytes()).hasValue(2 << 20);
        assertThat(pages.totalCount()).hasValue(7);
        assertThat(pages.freeCount()).hasValue(3);
        assertThat(pages.transparentMode()).contains("madvise");
    }

    @Test
    void readsNetworkSettings() throws IOException {
        put("proc/sys/net/core/rmem_max", "4194304\n");
        put("proc/sys/net/core/wmem_max", "212992\n");
        put("proc/sys/net/core/default_qdisc", "fq\n");
        put("proc/sys/net/ipv4/tcp_congestion_control", "bbr\n");

        NetworkSettings settings = NetworkSettings.read(files);

        assertThat(settings.receiveBufferBytesMax()).hasValue(4_194_304);
        assertThat(settings.sendBufferBytesMax()).hasValue(212_992);
        assertThat(settings.queueDiscipline()).contains("fq");
        assertThat(settings.tcpCongestionControl()).contains("bbr");
    }

    @Test
    void readsCapabilities() throws IOException {
        put("proc/self/status", "Name:\tjava\nCapPrm:\t000001ffffffffff\nCapEff:\t0000008000003000\n");

        assertThat(ProcessCapability.effective(files))
                .containsExactlyInAnyOrder(
                        ProcessCapability.CAP_NET_ADMIN, ProcessCapability.CAP_NET_RAW, ProcessCapability.CAP_BPF);
    }

    @Test
    void takesTheTightestOfNestedGroups() throws IOException {
        put("proc/self/cgroup", "0::/outer/inner\n");
        put("sys/fs/cgroup/outer/inner/memory.max", "max\n");
        put("sys/fs/cgroup/outer/inner/cpu.max", "300000 100000\n");
        put("sys/fs/cgroup/outer/memory.max", "1073741824\n");
        put("sys/fs/cgroup/outer/cpu.max", "150000 100000\n");

        CgroupLimits limits = CgroupLimits.read(files);

        assertThat(limits.memoryBytesMax()).hasValue(1 << 30);
        assertThat(limits.cpuCountMax()).hasValue(1.5);
    }

    @Test
    void readsGroupsOfVersionOne() throws IOException {
        put("proc/self/cgroup", "4:memory:/box\n3:cpu,cpuacct:/box\n0::/\n");
        put("sys/fs/cgroup/memory/box/memory.limit_in_bytes", "536870912\n");
        put("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        put("sys/fs/cgroup/cpu,cpuacct/box/cpu.cfs_quota_us", "-1\n");
        put("sys/fs/cgroup/cpu,cpuacct/box/cpu.cfs_period_us", "100000\n");

        CgroupLimits limits = CgroupLimits.read(files);

        assertThat(limits.memoryBytesMax()).hasValue(1 << 29);
        assertThat(limits.cpuCountMax()).isEmpty();
    }

    @Test
    void aVersionOneGroupWithoutLimitHasNone() throws IOException {
        put("proc/self/cgroup", "4:memory:/\n");
        put("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");

        assertThat(CgroupLimits.read(files).memoryBytesMax()).isEmpty();
    }

    @Test
    void readsThisHostWithoutFailing() {
        assertThat(HostInfo.read().operatingSystem()).isNotEmpty();
        assertThat(HugePages.read()).isNotNull();
        assertThat(NetworkSettings.read()).isNotNull();
        assertThat(CgroupLimits.read()).isNotNull();
        assertThat(ProcessCapability.effective()).isNotNull();
    }

    private void put(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
