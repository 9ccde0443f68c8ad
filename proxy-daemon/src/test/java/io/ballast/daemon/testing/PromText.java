package io.ballast.daemon.testing;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads Prometheus' text format 0.0.4 as strictly as {@code promtool check metrics}: one block a family with HELP
 * before TYPE before samples, no series twice, names that fit their type, histograms that add up.
 */
public final class PromText {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{.*})? (\\S+)");
    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\[\"\\\\n])*)\"(,|$)");

    private final Map<String, String> types = new LinkedHashMap<>();
    private final List<Sample> samples = new ArrayList<>();
    private final Set<String> series = new HashSet<>();
    private String family = "";

    private PromText() {}

    /** One line with a value. */
    public record Sample(String family, String name, Map<String, String> labels, double value) {}

    public static PromText parse(String text) {
        PromText parsed = new PromText();
        check(
                text.endsWith("\n"),
                "the last line ends with a line feed",
                text.substring(Math.max(0, text.length() - 80)));
        text.lines().forEach(parsed::line);
        parsed.checkHistograms();
        return parsed;
    }

    /** Every family with its type, in the order of the text. */
    public Map<String, String> types() {
        return types;
    }

    public List<Sample> samples() {
        return samples;
    }

    public List<Sample> samples(String name) {
        return samples.stream().filter(sample -> sample.name.equals(name)).toList();
    }

    /** The only value of a series with these labels. */
    public double value(String name, Map<String, String> labels) {
        List<Sample> found = samples(name).stream()
                .filter(sample -> sample.labels.entrySet().containsAll(labels.entrySet()))
                .toList();
        check(found.size() == 1, "exactly one series", name + labels + " matches " + found);
        return found.get(0).value;
    }

    private void line(String line) {
        if (line.startsWith("# HELP ")) {
            family = line.split(" ", 4)[2];
            check(NAME.matcher(family).matches(), "a legal name", line);
            check(!types.containsKey(family), "one block a family", line);
        } else if (line.startsWith("# TYPE ")) {
            String[] words = line.split(" ");
            check(words[2].equals(family), "TYPE follows its HELP", line);
            check(
                    words[3].equals("counter") == family.endsWith("_total") || family.endsWith("endpoints_total"),
                    "counters, and only they, end in _total (but for upstream's exception)",
                    line);
            types.put(family, words[3]);
        } else {
            sample(line);
        }
    }

    private void sample(String line) {
        Matcher matcher = SAMPLE.matcher(line);
        check(matcher.matches(), "name, labels and value", line);
        String name = matcher.group(1);
        String type = types.getOrDefault(family, "none");
        boolean compound = type.equals("histogram") || type.equals("summary");
        String base = compound ? name.replaceAll("_(bucket|sum|count)$", "") : name;
        check(base.equals(family), "a sample belongs to the family above it", line);
        String labels = matcher.group(2) == null ? "" : matcher.group(2);
        check(series.add(name + labels), "no series twice", line);
        samples.add(new Sample(family, name, labels(labels, line), number(matcher.group(3))));
    }

    private static Map<String, String> labels(String braces, String line) {
        Map<String, String> labels = new TreeMap<>();
        String rest = braces.isEmpty() ? "" : braces.substring(1, braces.length() - 1);
        while (!rest.isEmpty()) {
            Matcher matcher = LABEL.matcher(rest);
            check(matcher.lookingAt(), "legal labels", line);
            check(labels.put(matcher.group(1), matcher.group(2)) == null, "no label twice", line);
            rest = rest.substring(matcher.end());
        }
        return labels;
    }

    private static double number(String text) {
        return text.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
    }

    private void checkHistograms() {
        Map<String, Double> last = new LinkedHashMap<>();
        for (Sample sample : samples) {
            if (!types.getOrDefault(sample.family, "none").equals("histogram")) {
                continue;
            }
            Map<String, String> labels = new TreeMap<>(sample.labels);
            String bound = labels.remove("le");
            String key = sample.family + labels;
            if (bound != null) {
                check(sample.value >= last.getOrDefault(key, 0.0), "buckets are cumulative", sample.toString());
                last.put(key, sample.value);
            } else if (sample.name.endsWith("_count")) {
                check(last.getOrDefault(key, -1.0) == sample.value, "count equals the last bucket", sample.toString());
            }
        }
    }

    private static void check(boolean holds, String rule, String line) {
        if (!holds) {
            throw new AssertionError("not a valid exposition, expected " + rule + ": " + line);
        }
    }
}
