package io.ballast.netty.handover;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who a process is to its predecessor. <em>Immutable.</em>
 *
 * @param instance the pod, whose containers are started again by the kubelet after each end; {@code -} outside of one
 * @param scope of the Services it serves ({@code --service-proxy-name}); {@code -} for the unlabelled ones
 */
public record Identity(String instance, String scope) {
    static final String NONE = "-";

    /** The kubelet mounts files of the pod's own directory, {@code /var/lib/kubelet/pods/UID/etc-hosts} for one. */
    private static final Pattern POD = Pattern.compile("/pods/([0-9a-f-]{32,36})/(?:etc-hosts|containers|volumes)\\b");

    /** @param serviceProxyName "" for none */
    public static Identity ofThisProcess(String serviceProxyName) {
        return new Identity(instance(mounts()), serviceProxyName.isEmpty() ? NONE : serviceProxyName);
    }

    private static List<String> mounts() {
        try {
            return Files.readAllLines(Path.of("/proc/self/mountinfo"));
        } catch (IOException e) {
            return List.of(); // Without procfs there are no pods.
        }
    }

    static String instance(List<String> mounts) {
        for (String mount : mounts) {
            // The fourth field: which directory of its file system is mounted.
            String[] fields = mount.split(" ");
            Matcher pod = POD.matcher(fields.length > 3 ? fields[3] : "");
            if (pod.find()) {
                return pod.group(1);
            }
        }
        return NONE;
    }

    /** Whether the kubelet starts this process again whenever it ends. */
    public boolean isPod() {
        return !instance.equals(NONE);
    }
}
