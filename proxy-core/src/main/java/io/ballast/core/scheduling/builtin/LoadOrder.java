package io.ballast.core.scheduling.builtin;

/** Which of two endpoints is the better choice by load and weight; the place in the list breaks ties. */
@FunctionalInterface
interface LoadOrder {
    /**
     * Negative when the first is better. A total order over (active, weight), weights are positive.
     *
     * @param activeA open connections
     */
    int compare(int activeA, int weightA, int activeB, int weightB);
}
