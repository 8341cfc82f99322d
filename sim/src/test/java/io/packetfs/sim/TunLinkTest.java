package io.packetfs.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packetfs.linux.Errno;
import io.packetfs.linux.KernelProbe.Capability;
import io.packetfs.linux.SystemCallException;
import io.packetfs.sim.NamespacePair.Host;
import io.packetfs.sim.TunLink.Direction;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Over real devices, between two network namespaces: for root only. Times are only checked from below: nothing may come before its delay
 * is over.
 */
class TunLinkTest {
    private static final int MTU_BYTES = 9_000;
    private static final int QUIET_MS = 600;
    private static final long PATIENCE_NS = 20_000_000_000L;

    private static NamespacePair pair;
    private static Process echo;
    private static Process asking;
    private static BufferedReader answers;
    private final Map<Direction, Long> sentBefore = new EnumMap<>(Direction.class);

    /** What the asking host has seen. */
    private record Answers(int count, long firstNs, long lastNs) {}

    @BeforeAll
    static void openHosts() throws IOException {
        Capability capability = NamespacePair.capability();
        assumeTrue(capability.available(), capability.cause());
        pair = NamespacePair.open(LinkSettings.CLEAN, 5, MTU_BYTES);
        String a = pair.address(Host.A).getHostAddress();
        String b = pair.address(Host.B).getHostAddress();
        echo = start(Host.B, b);
        asking = start(Host.A, a, b);
        assertThat(echo.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("ready");
        answers = asking.inputReader(StandardCharsets.UTF_8);
        assertThat(answers.readLine()).isEqualTo("ready");
    }

    @AfterAll
    static void closeHosts() throws IOException, InterruptedException {
        if (pair == null) {
            return;
        }
        asking.getOutputStream().close();
        echo.getOutputStream().close();
        asking.waitFor();
        echo.waitFor();
        pair.close();
        pair.close();

        assertThat(text("ip", "netns", "list")).doesNotContain(pair.name(Host.A), pair.name(Host.B));
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("tun-link"));
    }

    @BeforeEach
    void startClean() {
        set(LinkSettings.CLEAN);
        for (Direction direction : Direction.values()) {
            sentBefore.put(direction, count(direction, LinkEvent.SENT));
        }
    }

    @Test
    void carriesWhatTheKernelSendsAndNothingElse() {
        Answers answers = ask(3, 100);

        assertThat(answers.count).isEqualTo(3);
        assertThat(sent(Direction.A_TO_B)).isEqualTo(3);
        assertThat(sent(Direction.B_TO_A)).isEqualTo(3);
    }

    @Test
    void delaysEachDirectionByAtLeastWhatIsSet() {
        pair.link()
                .settings(Direction.A_TO_B, LinkSettings.builder().delayMs(30).build());
        pair.link()
                .settings(Direction.B_TO_A, LinkSettings.builder().delayMs(20).build());
        for (int i = 0; i < 3; i++) {
            Answers answers = ask(1, 100);

            assertThat(answers.count).isEqualTo(1);
            assertThat(answers.firstNs).isGreaterThanOrEqualTo(50_000_000);
        }
    }

    @Test
    void nothingComesFasterThanTheRate() {
        // 972 + 28 bytes at 8 Mbit/s are 1 ms, and the length is that of the IP packet.
        pair.link()
                .settings(
                        Direction.A_TO_B,
                        LinkSettings.builder().rateMegabitsPerSecond(8).build());

        Answers answers = ask(50, 972);

        assertThat(answers.count).isEqualTo(50);
        assertThat(answers.firstNs).isGreaterThanOrEqualTo(1_000_000);
        assertThat(answers.lastNs).isGreaterThanOrEqualTo(50_000_000);
    }

    @Test
    void whatIsNotLostIsAnswered() {
        set(LinkSettings.builder()
                .lossProbability(0.2)
                .lossBursts(LossBursts.of(0.1, 3))
                .build());
        long droppedBefore = dropped();

        Answers answers = ask(400, 100);

        long dropped = dropped() - droppedBefore;
        assertThat(sent(Direction.A_TO_B)).isEqualTo(400);
        assertThat(answers.count).isEqualTo(400 - dropped);
        // Both directions lose 0.28 of what they carry: 192 of 400, with a standard deviation of about 15.
        assertThat(dropped).isBetween(100L, 290L);
        assertThat(count(Direction.A_TO_B, LinkEvent.LOST)).isPositive();
        assertThat(count(Direction.A_TO_B, LinkEvent.LOST_IN_BURST)).isPositive();
    }

    @Test
    void aFullQueueDropsTheTail() {
        pair.link()
                .settings(
                        Direction.A_TO_B,
                        LinkSettings.builder()
                                .rateBitsPerSecond(800_000)
                                .queueBytesMax(10_000)
                                .build());
        long droppedBefore = count(Direction.A_TO_B, LinkEvent.QUEUE_DROPPED);

        Answers answers = ask(50, 972);

        // 10 ms per packet: the ten that the queue holds, and what had left before the last of the fifty came.
        assertThat(answers.count).isBetween(10, 49);
        assertThat(count(Direction.A_TO_B, LinkEvent.QUEUE_DROPPED) - droppedBefore)
                .isEqualTo(50 - answers.count);
    }

    @Test
    void carriesPacketsAsLargeAsTheDevices() {
        long bytesBefore = pair.link().counters(Direction.A_TO_B).bytes(LinkEvent.DELIVERED);

        Answers answers = ask(1, MTU_BYTES - LinkSettings.HEADER_BYTES);

        assertThat(answers.count).isEqualTo(1);
        assertThat(sent(Direction.A_TO_B)).isEqualTo(1);
        assertThat(pair.link().counters(Direction.A_TO_B).bytes(LinkEvent.DELIVERED) - bytesBefore)
                .isEqualTo(MTU_BYTES);
    }

    @Test
    void packetsLargerThanThePathVanish() {
        pair.link()
                .settings(
                        Direction.A_TO_B,
                        LinkSettings.builder().payloadBytesMax(1_000).build());
        long tooLargeBefore = count(Direction.A_TO_B, LinkEvent.TOO_LARGE);

        assertThat(ask(1, 1_000).count).isEqualTo(1);
        assertThat(ask(1, 1_001).count).isZero();
        assertThat(count(Direction.A_TO_B, LinkEvent.TOO_LARGE) - tooLargeBefore)
                .isEqualTo(1);
    }

    @Test
    void doublesPackets() {
        pair.link()
                .settings(
                        Direction.A_TO_B,
                        LinkSettings.builder().duplicateProbability(1.0).build());

        assertThat(ask(5, 100).count).isEqualTo(10);
    }

    @Test
    void theReceivingKernelDropsWhatIsDamaged() {
        pair.link()
                .settings(
                        Direction.A_TO_B,
                        LinkSettings.builder()
                                .corruption(Corruption.ofBits(1.0))
                                .build());

        assertThat(ask(20, 100).count).isZero();
        // It came, so the header was whole, to a socket, so the ports were, and there the checksum was wrong.
        assertThat(text(pair.command(Host.B, List.of("cat", "/proc/net/snmp")).toArray(String[]::new)))
                .containsPattern("Udp: (\\d+ ){6}20 ");
    }

    @Test
    void marksCongestionAndTheHeaderStaysRight() {
        pair.link()
                .settings(
                        Direction.A_TO_B,
                        LinkSettings.builder().ecnMarking(EcnMarking.ALL_CE).build());
        long markedBefore = count(Direction.A_TO_B, LinkEvent.MARKED);

        assertThat(ask(20, 100, EcnMarking.ECT_0).count).isEqualTo(20);
        assertThat(count(Direction.A_TO_B, LinkEvent.MARKED) - markedBefore).isEqualTo(20);
    }

    @Test
    void aDeletedDeviceEndsTheLink() {
        String nameA = "pfs" + ProcessHandle.current().pid() + "x";
        TunLink link = TunLink.start(nameA, "pfs" + ProcessHandle.current().pid() + "y", LinkSettings.CLEAN, 1);
        assertThat(link.isRunning()).isTrue();

        text("ip", "link", "delete", nameA);
        await(() -> !link.isRunning());

        assertThatExceptionOfType(SystemCallException.class)
                .isThrownBy(link::close)
                .withMessageContaining(nameA)
                .satisfies(e -> assertThat(e.is(Errno.EBADFD)).isTrue());
        link.close();
    }

    @Test
    void closingRemovesTheDevicesAndIsIdempotent() throws IOException {
        String prefix = "pfs" + ProcessHandle.current().pid();
        TunLink link = TunLink.start(prefix + "x", prefix + "y", LinkSettings.CLEAN, 1);

        link.close();
        link.close();

        assertThat(link.isRunning()).isFalse();
        assertThat(Files.readString(Path.of("/proc/net/dev"))).doesNotContain(prefix + "x", prefix + "y");
    }

    @Test
    void aLinkThatCannotOpenItsSecondDeviceLeavesNone() throws IOException {
        String nameA = "pfs" + ProcessHandle.current().pid() + "x";

        assertThatIllegalArgumentException()
                .isThrownBy(() -> TunLink.start(nameA, "no/name", LinkSettings.CLEAN, 1))
                .withMessageContaining("no/name");
        assertThat(Files.readString(Path.of("/proc/net/dev"))).doesNotContain(nameA);
    }

    @Test
    void removesTheNamespacesOfAProcessThatIsGone() {
        // The largest number a process can have is 2^22 - 1.
        String abandoned = "pfs-udp-4194304-0-a";
        text("ip", "netns", "add", abandoned);

        NamespacePair.open(LinkSettings.CLEAN, 1, NamespacePair.MTU_BYTES_DEFAULT)
                .close();

        assertThat(text("ip", "netns", "list")).doesNotContain(abandoned);
        assertThat(text("ip", "netns", "list")).contains(pair.name(Host.A));
    }

    private static Process start(Host host, String... addresses) throws IOException {
        List<String> java = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-classpath",
                System.getProperty("java.class.path"),
                EchoHost.class.getName());
        List<String> command = new ArrayList<>(pair.command(host, java));
        command.addAll(List.of(addresses));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static Answers ask(int count, int bytes) {
        return ask(count, bytes, 0);
    }

    private static Answers ask(int count, int bytes, int trafficClass) {
        try {
            String order = count + " " + bytes + " " + trafficClass + " " + QUIET_MS + "\n";
            asking.getOutputStream().write(order.getBytes(StandardCharsets.UTF_8));
            asking.getOutputStream().flush();
            String[] answer = answers.readLine().split(" ", -1);
            return new Answers(Integer.parseInt(answer[0]), Long.parseLong(answer[1]), Long.parseLong(answer[2]));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void set(LinkSettings settings) {
        for (Direction direction : Direction.values()) {
            pair.link().settings(direction, settings);
        }
    }

    private long sent(Direction direction) {
        return count(direction, LinkEvent.SENT) - sentBefore.get(direction);
    }

    private static long dropped() {
        return pair.link().counters(Direction.A_TO_B).droppedOnLink()
                + pair.link().counters(Direction.B_TO_A).droppedOnLink();
    }

    private static long count(Direction direction, LinkEvent event) {
        return pair.link().counters(direction).datagrams(event);
    }

    private static String text(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(printed).isZero();
            return printed;
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(String.join(" ", command), e);
        }
    }

    private static void await(BooleanSupplier condition) {
        long startNs = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - startNs).as("patience").isLessThan(PATIENCE_NS);
            LockSupport.parkNanos(100_000);
        }
    }
}
