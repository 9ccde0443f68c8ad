package io.ballast.netty.intercept;

import io.ballast.core.model.Frontend;
import io.ballast.netty.linux.Errno;
import io.ballast.netty.linux.SystemCallException;
import io.ballast.netty.linux.netlink.PolicyRule;
import io.ballast.netty.linux.netlink.PolicyRules;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Steering without nftables: one policy rule for each external frontend ({@code ip rule to ADDR ipproto tcp dport N}).
 * What lacks endpoints is not refused but unanswered, since the kernel sends no RST from an address that is not local.
 * <em>Confined to the sync thread.</em>
 */
public final class PolicyRulePackets implements PacketRules {
    private final PolicyRules rules;
    private final int priority;
    private final int table;
    private final Set<PolicyRule> inForce = new LinkedHashSet<>();

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
    public Map<Frontend, String> update(Collection<Rule> add, Collection<Rule> remove) {
        Map<PolicyRule, Frontend> removed = kernelRules(remove);
        Map<PolicyRule, Frontend> added = kernelRules(add);
        Map<Frontend, String> failures = new HashMap<>();
        rules.delete(removed.keySet()).forEach((rule, failure) -> failures.put(frontend(removed, rule), text(failure)));
        rules.add(added.keySet()).forEach((rule, failure) -> {
            // What else a rule says, its admission for instance, is nothing that the kernel is told here.
            if (failure.errno() != Errno.EEXIST) {
                failures.put(frontend(added, rule), text(failure));
            }
        });
        removed.forEach((rule, frontend) -> {
            if (!failures.containsKey(frontend)) {
                inForce.remove(rule);
            }
        });
        added.forEach((rule, frontend) -> {
            if (!failures.containsKey(frontend)) {
                inForce.add(rule);
            }
        });
        return failures;
    }

    @Override
    public List<String> restore() {
        Set<PolicyRule> missing = new LinkedHashSet<>(inForce);
        missing.removeAll(rules.list());
        Map<PolicyRule, SystemCallException> failures = rules.add(missing);
        failures.values().stream().findFirst().ifPresent(failure -> {
            throw failure;
        });
        return missing.stream().map(rule -> "rule " + rule).toList();
    }

    /** The rules that lead frontends here. */
    public Set<PolicyRule> inForce() {
        return Set.copyOf(inForce);
    }

    private static Frontend frontend(Map<PolicyRule, Frontend> frontends, PolicyRule rule) {
        return Objects.requireNonNull(frontends.get(rule));
    }

    private static String text(SystemCallException failure) {
        return String.valueOf(failure.getMessage());
    }

    private Map<PolicyRule, Frontend> kernelRules(Collection<Rule> wanted) {
        return wanted.stream()
                .filter(Rule::steered)
                .map(Rule::frontend)
                .collect(Collectors.toMap(this::kernelRule, frontend -> frontend));
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
