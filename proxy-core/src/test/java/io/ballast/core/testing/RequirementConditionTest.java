package io.ballast.core.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class RequirementConditionTest {
    @RequiresCommand("ls")
    @RequiresKernel("2.6")
    @RequiresFeature(PresentProbe.class)
    private static final class Met {}

    @RequiresCommand({"ls", "no-such-command"})
    @RequiresKernel("999.0")
    @RequiresFeature({PresentProbe.class, AbsentProbe.class})
    private static final class Unmet {}

    static final class PresentProbe implements FeatureProbe {
        @Override
        public Optional<String> missing() {
            return Optional.empty();
        }
    }

    static final class AbsentProbe implements FeatureProbe {
        @Override
        public Optional<String> missing() {
            return Optional.of("no such feature");
        }
    }

    @Test
    void runsWhatHasAllItNeeds() {
        assertThat(RequirementCondition.evaluate(Met.class, true).isDisabled()).isFalse();
    }

    @Test
    void skipsWithEveryReason() {
        var result = RequirementCondition.evaluate(Unmet.class, false);

        assertThat(result.isDisabled()).isTrue();
        assertThat(result.getReason().orElseThrow())
                .startsWith("needs the command no-such-command on the path; needs Linux 999.0 or newer, this is ")
                .endsWith("; no such feature");
    }

    @Test
    void failsInsteadOfSkippingWhereAllTestsMustRun() {
        assertThatThrownBy(() -> RequirementCondition.evaluate(Unmet.class, true))
                .hasMessageContaining("no-such-command")
                .hasMessageContaining(RequirementCondition.REQUIRE_ALL);
    }

    @Test
    void comparesKernelVersionsAsNumbers() {
        assertThat(Requirements.missingKernel("1.1000")).isEmpty();
    }
}
