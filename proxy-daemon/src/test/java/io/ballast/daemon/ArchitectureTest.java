package io.ballast.daemon;

import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

import io.ballast.core.testing.ModulePackages;
import org.junit.jupiter.api.Test;

/** Which package of the program may know which: parts do not know each other, the root puts them together. */
class ArchitectureTest {
    private static final ModulePackages DAEMON = ModulePackages.below("io.ballast.daemon");

    @Test
    void arrowsPointInwards() {
        DAEMON.assertArrows("""
                config:
                source:
                sync:
                http:
                logging: config
                demo: config
                k8s: source
                manifest: source
                metrics: http
                health: http
                connectionlog: http
                admin: http source
                check: config manifest source
                cli: admin check config logging
                .: admin check cli config connectionlog demo health http k8s logging manifest metrics source sync
                """);
    }

    @Test
    void librariesStayWhereTheyAreWrapped() {
        DAEMON.assertLibraries("""
                io.fabric8.: k8s
                io.micrometer.: . metrics
                io.netty.: . http metrics
                picocli.: . cli config demo
                ch.qos.logback.: logging
                jnr.:
                """);
    }

    @Test
    void everyPackageIsNullMarked() {
        DAEMON.assertNullMarked();
    }

    @Test
    void printsNothing() {
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(DAEMON.classes());
    }
}
