package io.ballast.netty;

import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.netty.intercept.InsideSources;
import io.ballast.netty.intercept.KernelRules;
import io.ballast.netty.intercept.LoopbackOnly;
import io.ballast.netty.intercept.PacketRules;
import io.ballast.netty.intercept.PolicyRulePackets;
import io.ballast.netty.intercept.SteeringTable;
import io.ballast.netty.linux.Capability;
import io.ballast.netty.linux.netlink.PolicyRule;
import io.ballast.netty.linux.netlink.RouteNetlink;
import io.ballast.netty.linux.nft.Nftables;
import io.ballast.netty.linux.nft.TableContents;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What of policy routes and nftables can be had here, set up, and what goes by it: how packets are steered and who is kept
 * out. <em>Confined to the sync thread.</em>
 */
final class PacketSetup implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PacketSetup.class);

    static final String NEEDS_ADMIN = "needs " + Capability.NET_ADMIN;

    private final Interception.Settings settings;
    private final RouteNetlink netlink = RouteNetlink.open();
    private final String policyRoutesObstacle;
    private final String nftablesObstacle;
    private final PacketRules rules;
    private @Nullable Nftables nftables;
    private @Nullable KernelRules kernelRules;

    PacketSetup(Interception.Settings settings) {
        this.settings = settings;
        String needed = mayAdminister() ? "" : NEEDS_ADMIN;
        policyRoutesObstacle =
                needed.isEmpty() ? SteeringTable.ensure(netlink, settings.numbers(), settings.nodeIp()) : needed;
        nftablesObstacle = needed.isEmpty() ? installRules() : needed;
        if (!policyRoutesObstacle.isEmpty()) {
            rules = new LoopbackOnly(policyRoutesObstacle);
        } else if (kernelRules == null) {
            rules = new PolicyRulePackets(netlink.rules(), KernelNumbers.PRIORITY, KernelNumbers.TABLE);
        } else {
            rules = kernelRules;
        }
    }

    static boolean mayAdminister() {
        return Capability.effective().contains(Capability.NET_ADMIN);
    }

    private String installRules() {
        Optional<String> missing = Nftables.unavailability();
        if (missing.isPresent()) {
            return missing.get();
        }
        Nftables opened = Nftables.open();
        nftables = opened;
        KernelRules installed = new KernelRules(opened::run);
        try {
            IpAddress node = settings.nodeIp().apply(IpFamily.IPV4);
            installed.install(
                    settings.numbers().mark(), settings.numbers().mask(), node == null ? IpAddress.ofIpv4(0) : node);
        } catch (RuntimeException e) {
            return String.valueOf(e.getMessage());
        }
        kernelRules = installed;
        return "";
    }

    /** Why external addresses cannot be routed to this host, or "". */
    String policyRoutesObstacle() {
        return policyRoutesObstacle;
    }

    /** Why there are no nftables rules, or "". */
    String nftablesObstacle() {
        return nftablesObstacle;
    }

    PacketRules rules() {
        return rules;
    }

    /** Whether rules judge who counts as inside. */
    boolean hasKernelRules() {
        return kernelRules != null;
    }

    void guard(Collection<IpAddress> addresses) {
        if (kernelRules != null) {
            kernelRules.guard(addresses);
        }
    }

    void unguard(Collection<IpAddress> addresses) {
        if (kernelRules != null) {
            kernelRules.unguard(addresses);
        }
    }

    void inside(InsideSources sources) {
        if (kernelRules != null) {
            kernelRules.inside(sources);
        }
    }

    /** Puts back what is missing of the nftables tables; returns what it put back. */
    List<String> restoreTables() {
        Nftables opened = nftables;
        KernelRules installed = kernelRules;
        if (opened == null || installed == null) {
            return List.of();
        }
        TableContents before = TableContents.of(opened, KernelRules.TABLES);
        List<String> restored = installed.restore();
        return TableContents.of(opened, KernelRules.TABLES).equals(before) ? List.of() : restored;
    }

    /** Puts back what is missing of routes and policy rules; returns what it put back. */
    List<String> restoreRouting() {
        if (!policyRoutesObstacle.isEmpty()) {
            return List.of();
        }
        List<String> restored = new ArrayList<>(SteeringTable.restore(netlink, settings.numbers(), settings.nodeIp()));
        if (kernelRules == null) {
            restored.addAll(rules.restore());
        }
        return restored;
    }

    /** No earlier process serves any more: removes its policy rules, of another mark or for single frontends. */
    void settle() {
        if (!policyRoutesObstacle.isEmpty()) {
            return;
        }
        Set<PolicyRule> ours = SteeringTable.policy(settings.numbers());
        if (rules instanceof PolicyRulePackets packets) {
            ours.addAll(packets.inForce());
        }
        netlink.rules().ensure(ours).forEach((rule, failure) -> log.atWarn()
                .addKeyValue("rule", rule)
                .addKeyValue("reason", failure.getMessage())
                .log("A policy rule is not as it should be"));
    }

    @Override
    public void close() {
        if (nftables != null) {
            nftables.close();
        }
        netlink.close();
    }
}
