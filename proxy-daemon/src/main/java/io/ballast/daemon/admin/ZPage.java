package io.ballast.daemon.admin;

/** How pages for people begin, after Kubernetes' {@code component-base/zpages}. Stateless. */
final class ZPage {
    private ZPage() {}

    static StringBuilder begin(String name) {
        return new StringBuilder("\nballast ")
                .append(name)
                .append("\nWarning: This endpoint is not meant to be machine parseable, has no formatting compatibility"
                        + " guarantees and is for debugging purposes only.\n\n");
    }
}
