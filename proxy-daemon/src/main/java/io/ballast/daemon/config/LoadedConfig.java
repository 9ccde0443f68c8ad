package io.ballast.daemon.config;

import io.ballast.netty.node.ConntrackSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * What the command line and the file amount to: a configuration, what to do with it, and what to tell the operator once
 * logging is set up. <em>Immutable.</em>
 *
 * @param documents the effective values as kube-proxy and Ballast would write them, for {@code /configz}
 * @param flags every flag with its value on the command line, or its default, for {@code /flagz}
 * @param file the file that was read and is to be watched, null for none
 * @param writeTo file to write the effective configuration to instead of running, null for none
 * @param cleanup remove what is left in the kernel instead of running
 * @param initOnly set what of the host's settings is configured, then end
 * @param conntrack what to set of the host's connection tracking
 * @param notices log lines that arose on the way
 */
public record LoadedConfig(
        ProxyConfig config,
        ConfigDocuments documents,
        SortedMap<String, String> flags,
        @Nullable Path file,
        @Nullable Path writeTo,
        boolean cleanup,
        boolean initOnly,
        ConntrackSettings conntrack,
        List<Notice> notices) {
    public LoadedConfig {
        notices = List.copyOf(notices);
    }

    /** Logs what arose while the configuration was read. */
    public void logNotices(Logger log) {
        notices.forEach(notice -> notice.logTo(log));
    }
}
