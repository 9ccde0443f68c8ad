package io.ballast.daemon.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import io.ballast.daemon.config.VModule;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/**
 * Lets more through for the classes that {@code --vmodule} names; it never lets less through, as in klog. Thread-safe.
 */
final class VModuleFilter extends TurboFilter {
    private final List<Rule> rules;
    /** One entry for each logger, of which a program has as many as classes. */
    private final ConcurrentMap<String, Level> levels = new ConcurrentHashMap<>();

    private record Rule(Pattern pattern, boolean wholeName, Level level) {
        static Rule of(VModule module) {
            String glob = module.filePattern().replace('/', '.');
            String regex = glob.chars().mapToObj(Rule::regex).collect(Collectors.joining());
            return new Rule(Pattern.compile(regex), glob.indexOf('.') >= 0, LoggingSetup.level(module.verbosity()));
        }

        private static String regex(int character) {
            return switch (character) {
                case '*' -> ".*";
                case '?' -> ".";
                default -> Pattern.quote(Character.toString(character));
            };
        }

        boolean matches(String logger) {
            String name = wholeName ? logger : logger.substring(logger.lastIndexOf('.') + 1);
            return pattern.matcher(name).matches();
        }
    }

    VModuleFilter(List<VModule> modules) {
        this.rules = modules.stream().map(Rule::of).toList();
    }

    @Override
    public FilterReply decide(
            @Nullable Marker marker,
            Logger logger,
            Level level,
            @Nullable String format,
            Object @Nullable [] parameters,
            @Nullable Throwable thrown) {
        Level open = levels.computeIfAbsent(logger.getName(), this::level);
        return level.isGreaterOrEqual(open) ? FilterReply.ACCEPT : FilterReply.NEUTRAL;
    }

    private Level level(String logger) {
        return rules.stream()
                .filter(rule -> rule.matches(logger))
                .map(Rule::level)
                .findFirst()
                .orElse(Level.OFF);
    }
}
