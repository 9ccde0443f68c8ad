package io.ballast.core.routing;

/**
 * Who may connect to a frontend at all, so that the kernel can answer before a handshake (behaviour: kube-proxy's
 * REJECT and DROP verdicts, {@code kube-proxy-behaviour} 2.5).
 */
public enum Admission {
    /** Everyone is accepted. */
    EVERYONE,
    /** External policy Local without local endpoints: local pods and the node itself only, the rest is dropped. */
    INSIDE_ONLY,
    /** Nothing selectable anywhere: refused (RST, port unreachable). */
    REFUSE,
    /** Internal policy Local without local endpoints: never accepted, dropped or refused. */
    DROP
}
