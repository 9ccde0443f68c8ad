package io.ballast.daemon.k8s;

/**
 * Order of {@code metadata.resourceVersion}: decimal numbers of any length (KEP-5504). What is no number cannot be
 * compared and counts as newer, since losing a change is worse than applying one twice.
 */
final class ResourceVersion {
    private ResourceVersion() {}

    static boolean isNewer(String version, String than) {
        if (!isNumber(version) || !isNumber(than)) {
            return !version.equals(than) || version.isEmpty();
        }
        return version.length() != than.length() ? version.length() > than.length() : version.compareTo(than) > 0;
    }

    private static boolean isNumber(String version) {
        return !version.isEmpty() && version.charAt(0) != '0' && version.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
