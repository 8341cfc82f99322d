package io.packetfs.interop;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.Timer;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** Keeps the modules' arrows pointing down, and the core free of clocks, sockets, threads and unseeded randomness. */
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.packetfs");

    /** What each module may use, with everything below it spelled out. The composition modules may use all. */
    private static final Map<String, List<String>> ARROWS = new TreeMap<>(Map.ofEntries(
            Map.entry("protocol", List.of()),
            Map.entry("linux", List.of()),
            Map.entry("blob", List.of("linux", "protocol")),
            Map.entry("pcpu", List.of("blob", "linux", "protocol")),
            Map.entry("ackwindow", List.of("protocol")),
            Map.entry("repair", List.of("ackwindow", "protocol")),
            Map.entry("endpoint", List.of("repair", "ackwindow", "blob", "protocol")),
            Map.entry("nettyio", List.of("protocol")),
            Map.entry("linuxio", List.of("linux", "protocol")),
            Map.entry("afxdp", List.of("linuxio", "blob", "linux", "protocol")),
            Map.entry("sim", List.of("linux", "protocol")),
            Map.entry("proxy", List.of("sim", "linux", "protocol")),
            Map.entry("records", List.of("endpoint", "blob", "ackwindow", "protocol")),
            Map.entry("transfer", List.of("endpoint", "blob", "protocol")),
            Map.entry(
                    "swarm",
                    List.of("transfer", "endpoint", "repair", "ackwindow", "blob", "sim", "linux", "protocol"))));

    private static final List<String> COMPOSITION = List.of("cli", "bench", "interop");

    private static final DescribedPredicate<JavaClass> CORE = resideInAnyPackage(
                    "io.packetfs.protocol..",
                    "io.packetfs.ackwindow..",
                    "io.packetfs.repair..",
                    "io.packetfs.endpoint..")
            .and(DescribedPredicate.not(resideInAnyPackage("io.packetfs.endpoint.agent..")))
            .as("the core");

    private static final Set<String> NETWORK_ADDRESSES = Set.of(
            "InetAddress",
            "Inet4Address",
            "Inet6Address",
            "InetSocketAddress",
            "SocketAddress",
            "ProtocolFamily",
            "StandardProtocolFamily",
            "UnknownHostException");

    @Test
    void everyModuleHasItsArrows() {
        final Set<String> known = new TreeSet<>(ARROWS.keySet());
        known.addAll(COMPOSITION);

        assertThat(CLASSES).isNotEmpty();
        assertThat(CLASSES)
                .allSatisfy(type ->
                        assertThat(type.getPackageName().split("\\.", -1)[2]).isIn(known));
    }

    @Test
    void arrowsPointDown() {
        LayeredArchitecture layers =
                layeredArchitecture().consideringOnlyDependenciesInLayers().withOptionalLayers(true);
        for (final String module : ARROWS.keySet()) {
            layers = layers.layer(module).definedBy("io.packetfs." + module + "..");
        }
        for (final String module : COMPOSITION) {
            layers = layers.layer(module).definedBy("io.packetfs." + module + "..");
        }
        for (final var arrow : ARROWS.entrySet()) {
            final String[] below = arrow.getValue().toArray(String[]::new);
            layers = below.length == 0
                    ? layers.whereLayer(arrow.getKey()).mayNotAccessAnyLayer()
                    : layers.whereLayer(arrow.getKey()).mayOnlyAccessLayers(below);
        }

        layers.check(CLASSES);
    }

    @Test
    void coreReadsNoClock() {
        forbidden(
                        "read a clock",
                        calls(System.class, "nanoTime", "currentTimeMillis")
                                .or(calls(Instant.class, "now"))
                                .or(calls(LocalDate.class, "now"))
                                .or(calls(LocalTime.class, "now"))
                                .or(calls(LocalDateTime.class, "now"))
                                .or(calls(OffsetDateTime.class, "now"))
                                .or(calls(ZonedDateTime.class, "now"))
                                .or(calls(
                                        Clock.class,
                                        "system",
                                        "systemUTC",
                                        "systemDefaultZone",
                                        "tick",
                                        "tickMillis",
                                        "tickSeconds",
                                        "tickMinutes"))
                                .or(constructsWithoutArguments(Date.class)))
                .check(CLASSES);
    }

    @Test
    void coreUsesNoUnseededRandomness() {
        forbidden(
                        "draw unseeded randomness",
                        calls(Math.class, "random")
                                .or(calls(StrictMath.class, "random"))
                                .or(calls(UUID.class, "randomUUID"))
                                .or(calls(ThreadLocalRandom.class, "current"))
                                .or(calls(RandomGenerator.class, "getDefault", "of"))
                                .or(calls(RandomGeneratorFactory.class, "create"))
                                .or(calls(SecureRandom.class, "<init>", "getInstance", "getInstanceStrong"))
                                .or(constructsWithoutArguments(Random.class))
                                .or(constructsWithoutArguments(SplittableRandom.class)))
                .check(CLASSES);
    }

    @Test
    void coreStartsNoThread() {
        forbidden(
                        "start a thread or give it work",
                        calls(
                                        Thread.class,
                                        "<init>",
                                        "start",
                                        "startVirtualThread",
                                        "ofPlatform",
                                        "ofVirtual",
                                        "sleep",
                                        "yield",
                                        "onSpinWait")
                                .or(ownedBy(Executors.class))
                                .or(ownedBy(ForkJoinPool.class))
                                .or(ownedBy(CompletableFuture.class))
                                .or(ownedBy(Timer.class)))
                .check(CLASSES);
        noClasses()
                .that(CORE)
                .should()
                .beAssignableTo(Thread.class)
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void coreOpensNoSocketAndNoChannel() {
        final DescribedPredicate<JavaClass> socketOrChannel = describe(
                "sockets or channels",
                type -> type.getPackageName().startsWith("java.nio.channels")
                        || type.getPackageName().startsWith("java.net.")
                        || (type.getPackageName().equals("java.net")
                                && !NETWORK_ADDRESSES.contains(type.getSimpleName())));

        noClasses()
                .that(CORE)
                .should()
                .dependOnClassesThat(socketOrChannel)
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    private static ArchRule forbidden(final String what, final DescribedPredicate<JavaAccess<?>> access) {
        return noClasses()
                .that(CORE)
                .should()
                .accessTargetWhere(access.as(what))
                .allowEmptyShould(true);
    }

    private static DescribedPredicate<JavaAccess<?>> calls(final Class<?> owner, final String... names) {
        final Set<String> wanted = Set.of(names);
        return ownedBy(owner)
                .and(describe(
                        "of " + wanted,
                        access -> wanted.contains(access.getTarget().getName())));
    }

    private static DescribedPredicate<JavaAccess<?>> constructsWithoutArguments(final Class<?> owner) {
        return calls(owner, "<init>")
                .and(describe(
                        "without arguments",
                        access -> access.getTarget() instanceof CodeUnitCallTarget target
                                && target.getRawParameterTypes().isEmpty()));
    }

    private static DescribedPredicate<JavaAccess<?>> ownedBy(final Class<?> owner) {
        return describe(
                "of " + owner.getSimpleName(), access -> access.getTargetOwner().isEquivalentTo(owner));
    }
}
