package io.ballast.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

import io.ballast.core.testing.ModulePackages;
import org.junit.jupiter.api.Test;

/** Which package of the core may know which: the arrows point towards {@code model}. */
class ArchitectureTest {
    private static final ModulePackages CORE = ModulePackages.below("io.ballast.core");

    @Test
    void arrowsPointInwards() {
        CORE.assertArrows("""
                model:
                collect: model
                stats: model
                topology: model
                spi: model
                health: model spi
                scheduling: model collect topology spi
                scheduling.builtin: model collect scheduling
                routing: model collect stats topology scheduling
                detect: model routing
                tracking: model stats topology scheduling routing spi
                .: model health routing scheduling spi tracking
                """);
    }

    @Test
    void everyPackageIsNullMarked() {
        CORE.assertNullMarked();
    }

    @Test
    void knowsNothingButTheJdkAndTwoSmallApis() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("io.ballast.core..", "java..", "org.jspecify.annotations..", "org.slf4j..")
                .check(CORE.classes());
    }

    /** The lock tells the processor that it spins, which is a method of Thread, and starts none. */
    @Test
    void startsNoThreadOpensNoSocketAndReadsNoClock() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.ballast.core.spi.Ticker")
                .and()
                .doNotHaveFullyQualifiedName("io.ballast.core.scheduling.SpinningLock")
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
                .check(CORE.classes());
    }

    @Test
    void printsNothing() {
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(CORE.classes());
    }
}
