package io.ballast.daemon.metrics;

/**
 * Writes Prometheus' text format 0.0.4 into a {@link StringBuilder}. Confined to one thread.
 *
 * <p>Labels come ready made, as {@code name="value",…} without braces, see {@link #label}.
 */
final class Exposition {
    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final double LONGEST_INTEGER = 1e15;

    private Exposition() {}

    static void header(StringBuilder out, MetricFamily family) {
        out.append("# HELP ").append(family.name()).append(' ');
        appendEscaped(out, family.help(), false);
        out.append("\n# TYPE ").append(family.name()).append(' ');
        out.append(family.type().label()).append('\n');
    }

    static void sample(StringBuilder out, MetricFamily family, String labels, double value) {
        out.append(family.name());
        sampleTail(out, labels, value);
    }

    static void sample(StringBuilder out, MetricFamily family, String labels, long value) {
        out.append(family.name());
        braces(out, labels);
        out.append(value).append('\n');
    }

    /** A series with one more label, without making a string of both. */
    static void sample(StringBuilder out, MetricFamily family, String labels, String another, long value) {
        out.append(family.name())
                .append('{')
                .append(labels)
                .append(',')
                .append(another)
                .append("} ");
        out.append(value).append('\n');
    }

    /**
     * The series of one histogram.
     *
     * @param counts of each bucket, not cumulated; the last one has no bound
     */
    static void histogram(
            StringBuilder out, MetricFamily family, String labels, double[] bounds, long[] counts, double sum) {
        String prefix = labels.isEmpty() ? "" : labels + ",";
        long cumulated = 0;
        for (int i = 0; i < counts.length; i++) {
            cumulated += counts[i];
            out.append(family.name()).append("_bucket{").append(prefix).append("le=\"");
            appendNumber(out, i < bounds.length ? bounds[i] : Double.POSITIVE_INFINITY);
            out.append("\"} ").append(cumulated).append('\n');
        }
        out.append(family.name()).append("_sum");
        sampleTail(out, labels, sum);
        out.append(family.name()).append("_count");
        braces(out, labels);
        out.append(cumulated).append('\n');
    }

    /** {@code name="value"}, escaped. */
    static String label(String name, String value) {
        StringBuilder out = new StringBuilder(name.length() + value.length() + 3);
        out.append(name).append("=\"");
        appendEscaped(out, value, true);
        return out.append('"').toString();
    }

    private static void sampleTail(StringBuilder out, String labels, double value) {
        braces(out, labels);
        appendNumber(out, value);
        out.append('\n');
    }

    private static void braces(StringBuilder out, String labels) {
        if (!labels.isEmpty()) {
            out.append('{').append(labels).append('}');
        }
        out.append(' ');
    }

    /** As Go prints floats, where it matters: {@code 1} and not {@code 1.0}, in values and in {@code le}. */
    private static void appendNumber(StringBuilder out, double value) {
        if (value == Double.POSITIVE_INFINITY) {
            out.append("+Inf");
        } else if (value == Math.rint(value) && Math.abs(value) < LONGEST_INTEGER) {
            out.append((long) value);
        } else {
            out.append(value);
        }
    }

    private static void appendEscaped(StringBuilder out, String text, boolean quotes) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n') {
                out.append("\\n");
            } else if (c == '\\' || (quotes && c == '"')) {
                out.append('\\').append(c);
            } else {
                out.append(c);
            }
        }
    }
}
