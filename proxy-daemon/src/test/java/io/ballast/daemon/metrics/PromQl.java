package io.ballast.daemon.metrics;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an expression of PromQL asks for: series, and the labels it groups by. As much of the language as dashboards and
 * alerts of Ballast use; no parser, so what is no function, keyword or number counts as a series. <em>Immutable.</em>
 *
 * @param selectors each series that is named, with its matchers
 * @param grouping labels of {@code by}, {@code on} and their like
 */
record PromQl(List<Selector> selectors, Set<String> grouping) {
    private static final Pattern GROUPING =
            Pattern.compile("\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\(([^)]*)\\)");
    private static final Pattern SELECTOR =
            Pattern.compile("(?<![\\w.$])([a-zA-Z_:][a-zA-Z0-9_:]*)\\s*(\\{[^}]*\\}|\\()?");
    private static final Pattern MATCHER = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)\\s*(=~|!~|!=|=)\\s*\"([^\"]*)\"");
    private static final Pattern RANGE = Pattern.compile("\\[[^]]*]");
    private static final Set<String> OPERATORS = Set.of("and", "or", "unless", "bool", "offset");

    /**
     * @param equal labels that are to have one value, with it
     * @param labels all labels that are matched
     */
    record Selector(String name, Map<String, String> equal, Set<String> labels) {}

    static PromQl parse(String expression) {
        Set<String> grouping = new LinkedHashSet<>();
        String rest = GROUPING.matcher(RANGE.matcher(expression).replaceAll(" "))
                .replaceAll(group -> {
                    for (String label : group.group(1).split(",")) {
                        grouping.add(label.strip());
                    }
                    return " ";
                });
        grouping.remove("");
        List<Selector> selectors = new ArrayList<>();
        Matcher matcher = SELECTOR.matcher(rest);
        while (matcher.find()) {
            String after = matcher.group(2) == null ? "" : matcher.group(2);
            if (!after.equals("(") && !OPERATORS.contains(matcher.group(1))) {
                selectors.add(selector(matcher.group(1), after));
            }
        }
        return new PromQl(List.copyOf(selectors), Set.copyOf(grouping));
    }

    private static Selector selector(String name, String braces) {
        Map<String, String> equal = new TreeMap<>();
        Set<String> labels = new LinkedHashSet<>();
        Matcher matcher = MATCHER.matcher(braces);
        while (matcher.find()) {
            labels.add(matcher.group(1));
            if (matcher.group(2).equals("=")) {
                equal.put(matcher.group(1), matcher.group(3));
            }
        }
        return new Selector(name, equal, labels);
    }
}
