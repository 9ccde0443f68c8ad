package io.ballast.core.scheduling.builtin;

/** How good a choice an endpoint is, as one number: the smaller, the better. */
@FunctionalInterface
interface LoadKey {
    /**
     * Equal for equally good ones; smaller than {@link Long#MAX_VALUE}.
     *
     * @param active open connections
     * @param weight 1 to 65535
     */
    long of(int active, int weight);

    /**
     * Connections per weight in fixed point. Exact as an order: two different fractions whose denominators are weights
     * differ by more than 1/2^32.
     */
    static long perWeight(int connections, int weight) {
        return ((long) connections << Integer.SIZE) / weight;
    }
}
