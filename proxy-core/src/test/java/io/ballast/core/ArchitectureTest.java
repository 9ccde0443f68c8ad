package io.ballast.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Which package of the core may know which: the arrows point towards {@code model}. */
class ArchitectureTest {
    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.ballast.core");

    @Test
    void knowsNothingButTheJdkAndTwoSmallApis() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("io.ballast.core..", "java..", "org.jspecify.annotations..", "org.slf4j..")
                .check(CORE);
    }

    @Test
    void startsNoThreadOpensNoSocketAndReadsNoClock() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.ballast.core.spi.Ticker")
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.Thread")
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("java.nio.channels..", "java.util.logging..")
                .check(CORE);
    }

    @Test
    void arrowsPointInwards() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("model")
                .definedBy("io.ballast.core.model..")
                .layer("collect")
                .definedBy("io.ballast.core.collect..")
                .layer("stats")
                .definedBy("io.ballast.core.stats..")
                .layer("topology")
                .definedBy("io.ballast.core.topology..")
                .layer("scheduling")
                .definedBy("io.ballast.core.scheduling..")
                .layer("routing")
                .definedBy("io.ballast.core.routing..")
                .layer("spi")
                .definedBy("io.ballast.core.spi..")
                .layer("detect")
                .definedBy("io.ballast.core.detect..")
                .layer("tracking")
                .definedBy("io.ballast.core.tracking..")
                .layer("health")
                .definedBy("io.ballast.core.health..")
                .layer("proxier")
                .definedBy("io.ballast.core")
                .whereLayer("model")
                .mayNotAccessAnyLayer()
                .whereLayer("collect")
                .mayOnlyAccessLayers("model")
                .whereLayer("stats")
                .mayOnlyAccessLayers("model")
                .whereLayer("topology")
                .mayOnlyAccessLayers("model")
                .whereLayer("scheduling")
                .mayOnlyAccessLayers("model", "collect", "topology", "spi")
                .whereLayer("spi")
                .mayOnlyAccessLayers("model")
                .whereLayer("detect")
                .mayOnlyAccessLayers("model", "routing")
                .whereLayer("routing")
                .mayOnlyAccessLayers("model", "collect", "stats", "topology", "scheduling")
                .whereLayer("tracking")
                .mayOnlyAccessLayers("model", "stats", "topology", "scheduling", "routing", "spi")
                .whereLayer("health")
                .mayOnlyAccessLayers("model", "spi")
                .whereLayer("proxier")
                .mayNotBeAccessedByAnyLayer()
                .check(CORE);
    }

    @Test
    void packagesFormNoCycles() {
        slices().matching("io.ballast.core.(**)").should().beFreeOfCycles().check(CORE);
    }
}
