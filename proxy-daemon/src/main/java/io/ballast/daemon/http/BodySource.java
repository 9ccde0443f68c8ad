package io.ballast.daemon.http;

/**
 * A long body that is produced piece by piece while the client reads it, so that memory stays bounded. Confined to the
 * server's loop; must not block.
 */
@FunctionalInterface
public interface BodySource {
    /**
     * Appends the next piece, a few kilobytes at most.
     *
     * @return false when nothing was left to append
     */
    boolean appendNext(StringBuilder out);
}
