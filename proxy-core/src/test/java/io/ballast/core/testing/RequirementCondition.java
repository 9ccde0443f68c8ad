package io.ballast.core.testing;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Skips a test whose {@code @Requires...} annotations are not met, and fails it where every test must run.
 * Thread-safe.
 */
final class RequirementCondition implements ExecutionCondition {
    static final String REQUIRE_ALL = "ballast.test.requireAll";

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return context.getElement()
                .map(element -> evaluate(element, Boolean.getBoolean(REQUIRE_ALL)))
                .orElseGet(() -> ConditionEvaluationResult.enabled("no element to judge"));
    }

    /** @throws IllegalStateException if all tests must run and this one cannot: a condition that throws fails a test */
    static ConditionEvaluationResult evaluate(AnnotatedElement element, boolean requireAll) {
        String missing = missing(element).collect(Collectors.joining("; "));
        if (missing.isEmpty()) {
            return ConditionEvaluationResult.enabled("all requirements are met");
        }
        if (requireAll) {
            throw new IllegalStateException(missing + " (and " + REQUIRE_ALL + " lets no test be skipped)");
        }
        return ConditionEvaluationResult.disabled(missing);
    }

    private static Stream<String> missing(AnnotatedElement element) {
        return Stream.of(
                        find(element, RequiresRoot.class, root -> Stream.of(Requirements.missingRoot())),
                        find(element, RequiresCommand.class, command -> Stream.of(command.value())
                                .map(Requirements::missingCommand)),
                        find(
                                element,
                                RequiresKernel.class,
                                kernel -> Stream.of(Requirements.missingKernel(kernel.value()))),
                        find(element, RequiresFeature.class, feature -> Stream.of(feature.value())
                                .map(Requirements::missingFeature)))
                .flatMap(Function.identity())
                .flatMap(Optional::stream);
    }

    private static <A extends Annotation> Stream<Optional<String>> find(
            AnnotatedElement element, Class<A> annotation, Function<A, Stream<Optional<String>>> check) {
        return AnnotationSupport.findAnnotation(element, annotation).stream().flatMap(check);
    }
}
