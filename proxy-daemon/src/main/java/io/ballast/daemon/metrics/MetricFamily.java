package io.ballast.daemon.metrics;

import java.util.Locale;

/**
 * Name, type and meaning of one family of series. <em>Immutable.</em>
 *
 * @param name as exposed
 */
record MetricFamily(String name, Type type, String help) {
    enum Type {
        COUNTER,
        GAUGE,
        HISTOGRAM;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static MetricFamily counter(String name, String help) {
        return new MetricFamily(name, Type.COUNTER, help);
    }

    static MetricFamily gauge(String name, String help) {
        return new MetricFamily(name, Type.GAUGE, help);
    }

    static MetricFamily histogram(String name, String help) {
        return new MetricFamily(name, Type.HISTOGRAM, help);
    }
}
