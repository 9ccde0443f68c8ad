package io.ballast.netty.intercept;

import io.ballast.core.model.Frontend;
import io.ballast.netty.linux.SystemCallException;
import io.ballast.netty.linux.netlink.PolicyRule;
import io.ballast.netty.linux.netlink.PolicyRules;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Steering without nftables: one policy rule for each external frontend ({@code ip rule to ADDR ipproto tcp dport N}).
 * What lacks endpoints is not refused but unanswered, since the kernel sends no RST from an address that is not local.
 * <em>Confined to the sync thread.</em>
 */
public final class PolicyRulePackets implements PacketRules {
    private final PolicyRules rules;
    private final int priority;
    private final int table;

    /**
     * @param table has the routes that make everything local
     */
    public PolicyRulePackets(PolicyRules rules, int priority, int table) {
        this.rules = rules;
        this.priority = priority;
        this.table = table;
    }

    @Override
    public String unavailableReason() {
        return "";
    }

    @Override
    public boolean judgesSources() {
        return false;
    }

    @Override
    public void update(Collection<Rule> add, Collection<Rule> remove) {
        throwFirst(rules.delete(kernelRules(remove)));
        throwFirst(rules.add(kernelRules(add)));
    }

    private static void throwFirst(Map<PolicyRule, SystemCallException> failures) {
        if (!failures.isEmpty()) {
            throw failures.values().iterator().next();
        }
    }

    private List<PolicyRule> kernelRules(Collection<Rule> wanted) {
        return wanted.stream()
                .filter(Rule::steered)
                .map(rule -> kernelRule(rule.frontend()))
                .toList();
    }

    private PolicyRule kernelRule(Frontend frontend) {
        return new PolicyRule(
                frontend.family(),
                priority,
                table,
                PolicyRule.Destination.of(
                        frontend.address(), frontend.protocol().number(), frontend.port()));
    }
}
