package io.ballast.daemon.config;

/**
 * One value of the configuration: where a document holds it, how it reads and what it is when nobody gives it.
 * <em>Immutable.</em>
 *
 * @param home the document with this field
 * @param path dotted path within the document; unique there
 * @param zeroIsDefault zero in a file means the default, as upstream's defaulting functions have it
 * @param acts false for what only kernel modes, or other systems, have a use for: read, checked and otherwise ignored
 */
record Field<T>(Home home, String path, Kind<T> kind, T defaultValue, boolean zeroIsDefault, boolean acts) {

    /** Where a value may be written down. */
    enum Home {
        KUBE_PROXY_DOCUMENT,
        BALLAST_DOCUMENT,
        COMMAND_LINE
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Field<?> that && home == that.home && path.equals(that.path);
    }

    @Override
    public int hashCode() {
        return path.hashCode();
    }
}
