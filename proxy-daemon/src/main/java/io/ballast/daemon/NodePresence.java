package io.ballast.daemon;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the source has a Node of the name that this process goes by: one line of the log where it has none. Nothing else
 * fails then, so that a mistyped name would be seen in {@code /healthz} only. Confined to the sync thread.
 */
final class NodePresence {
    private static final Logger log = LoggerFactory.getLogger(NodePresence.class);

    private final String name;
    private boolean known;

    NodePresence(String name) {
        this.name = name;
    }

    /** The Node is there. */
    void found() {
        known = true;
    }

    /** The first list is in. */
    void listed() {
        if (!known) {
            log.atWarn()
                    .addKeyValue("node", name)
                    .log(
                            "There is no Node of this name, so /healthz answers 503 and this node's zone and addresses are not"
                                    + " known; give the Node's name with --hostname-override, or create the Node");
        }
    }
}
