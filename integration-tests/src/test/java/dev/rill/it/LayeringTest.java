package dev.rill.it;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The arrows of docs/architecture.md, and no others. */
class LayeringTest {
    private static final String[] LIBRARIES = {
        "dev.rill.trickle..", "dev.rill.gpu..", "dev.rill.frame..", "dev.rill.jobs.."};

    private static JavaClasses rill;

    @BeforeAll
    static void importClasses() {
        rill = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.rill");
    }

    @Test
    void shouldKeepTrickleFreeOfMediaDevicesAndJobs() {
        noClasses().that().resideInAPackage("dev.rill.trickle..")
            .should().dependOnClassesThat().resideInAnyPackage(
                "dev.rill.gpu..", "dev.rill.frame..", "dev.rill.jobs..", "dev.rill.harness..",
                "org.bytedeco..", "com.sun.jna..")
            .check(rill);
    }

    @Test
    void shouldKeepTheBridgeFreeOfTrickleMediaAndJobs() {
        noClasses().that().resideInAPackage("dev.rill.gpu..")
            .should().dependOnClassesThat().resideInAnyPackage(
                "dev.rill.trickle..", "dev.rill.frame..", "dev.rill.jobs..", "dev.rill.harness..",
                "org.bytedeco..", "io.netty..")
            .check(rill);
    }

    @Test
    void shouldKeepTheFramePipelineFreeOfRoutesJobsAndJson() {
        noClasses().that().resideInAPackage("dev.rill.frame..")
            .should().dependOnClassesThat().resideInAnyPackage(
                "dev.rill.jobs..", "dev.rill.harness..", "io.netty..", "com.fasterxml..", "com.sun.jna..",
                "dev.rill.gpu.internal..", "dev.rill.trickle.channel..", "dev.rill.trickle.server..",
                "dev.rill.trickle.http1..", "dev.rill.trickle.http2..", "dev.rill.trickle.client..")
            .check(rill);
    }

    @Test
    void shouldKeepTheJobNetworkFreeOfCodecsAndWireInternals() {
        noClasses().that().resideInAPackage("dev.rill.jobs..")
            .should().dependOnClassesThat().resideInAnyPackage(
                "dev.rill.harness..", "org.bytedeco..", "io.netty..", "com.sun.jna..",
                "dev.rill.gpu.internal..", "dev.rill.trickle.channel..", "dev.rill.trickle.server..",
                "dev.rill.trickle.http1..", "dev.rill.trickle.http2..", "dev.rill.trickle.client..")
            .check(rill);
    }

    @Test
    void shouldKeepTheConformanceKitFreeOfWhatItJudges() {
        noClasses().that().resideInAPackage("dev.rill.conform..")
            .should().dependOnClassesThat().resideOutsideOfPackages(
                "dev.rill.conform..", "com.fasterxml.jackson.core..", "java..", "javax.net.ssl..")
            .check(rill);
    }

    @Test
    void shouldLetOnlyTheCommandLineUseTheConformanceKit() {
        noClasses().that().resideOutsideOfPackages("dev.rill.conform..", "dev.rill.harness..")
            .should().dependOnClassesThat().resideInAPackage("dev.rill.conform..")
            .check(rill);
    }

    @Test
    void shouldKeepTransportStreamsFreeOfFfmpeg() {
        noClasses().that().resideInAPackage("dev.rill.frame.ts..")
            .should().dependOnClassesThat().resideInAnyPackage("org.bytedeco..", "dev.rill.gpu..", "dev.rill.trickle..")
            .check(rill);
    }

    @Test
    void shouldKeepLibrariesFreeOfALoggingBinding() {
        noClasses().that().resideInAnyPackage(LIBRARIES)
            .should().dependOnClassesThat().resideInAnyPackage("org.slf4j.simple..", "java.util.logging..")
            .check(rill);
    }

    @Test
    void shouldUseNoPartOfAgronaThatNeedsAJvmFlag() {
        noClasses().that().resideInAPackage("dev.rill..")
            .should().dependOnClassesThat().haveNameMatching(
                "org\\.agrona\\.(concurrent\\.(UnsafeBuffer|AtomicBuffer|.*ConcurrentArrayQueue|ringbuffer\\..*)"
                    + "|concurrent\\.broadcast\\..*|Expandable.*|MutableDirectBuffer|DirectBuffer|UnsafeApi)")
            .check(rill);
    }

    @Test
    void shouldKeepNoStaticMutableState() {
        fields().that().areStatic().and().areDeclaredInClassesThat().resideInAPackage("dev.rill..")
            .and().areDeclaredInClassesThat().resideOutsideOfPackage("dev.rill.bench..")
            .should().haveModifier(JavaModifier.FINAL)
            .check(rill);
    }

    @Test
    void shouldKeepPackagesOfAModuleFreeOfCyclesBetweenModules() {
        slices().matching("dev.rill.(*)..").should().beFreeOfCycles().check(rill);
    }

    @Test
    void shouldCallJnaFromTheBridgeOnly() {
        classes().that().resideOutsideOfPackage("dev.rill.gpu..")
            .should().onlyDependOnClassesThat().resideOutsideOfPackage("com.sun.jna..")
            .check(rill);
    }
}
