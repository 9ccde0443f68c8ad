package io.ballast.netty.capability;

import io.ballast.netty.linux.Capability;
import io.ballast.netty.linux.nft.Nftables;
import java.util.List;

/**
 * What can be had here, and what is lost for want of it. <em>Immutable.</em>
 *
 * @param process capabilities that the process has, of those that matter
 * @param firewall chains that drop by default what comes in, so that pods' traffic to Services needs a rule
 */
public record CapabilityReport(
        List<String> process, List<FeatureState> features, List<Setting> settings, List<String> firewall) {
    public CapabilityReport {
        process = List.copyOf(process);
        features = List.copyOf(features);
        settings = List.copyOf(settings);
        firewall = List.copyOf(firewall);
    }

    /**
     * One feature.
     *
     * @param feature as in the metric {@code ballast_capability}
     * @param reason why it is not available, "" when it is
     * @param lost what does not work without it
     */
    public record FeatureState(String feature, boolean available, String reason, String lost) {
        static FeatureState of(String feature, String reason, String lost) {
            return new FeatureState(feature, reason.isEmpty(), reason, lost);
        }
    }

    /**
     * One setting of the kernel or a limit of the process. Ballast changes none.
     *
     * @param value "" where this kernel has no such setting
     * @param wanted what it should be
     * @param purpose what it is for
     */
    public record Setting(String name, String value, String wanted, boolean fits, String purpose) {}

    /** Looks at everything, as the daemon would at its start. */
    public static CapabilityReport probe() {
        return new CapabilityReport(
                Capability.effective().stream().map(Capability::toString).toList(),
                KernelFeatures.probe(),
                KernelSettings.read(Nftables.unavailability().isEmpty()),
                InputFirewall.obstacles());
    }

    /** The part of {@link #probe} that is about the host's firewalls. */
    public static List<String> inputFirewalls() {
        return InputFirewall.obstacles();
    }
}
