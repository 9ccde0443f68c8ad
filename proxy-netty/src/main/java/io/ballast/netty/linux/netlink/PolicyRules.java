package io.ballast.netty.linux.netlink;

import io.ballast.core.model.IpFamily;
import io.ballast.netty.linux.Errno;
import io.ballast.netty.linux.SystemCallException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The policy rules of Ballast's protocol number. Confined to one thread at a time, like the {@link RouteNetlink} it
 * comes from. Rules by port need Linux 4.17.
 *
 * <p>Adding is exclusive: a rule with the same priority, selector and table, whoever made it, is EEXIST.
 */
public final class PolicyRules {
    private final NetlinkConnection connection;

    PolicyRules(NetlinkConnection connection) {
        this.connection = connection;
    }

    /** Adds rules. The result has the failures only. */
    public Map<PolicyRule, SystemCallException> add(Collection<PolicyRule> rules) {
        return connection.execute(rules, RuleMessages::add);
    }

    /** Deletes rules of ours. The result has the failures only; a rule that is not there is none. */
    public Map<PolicyRule, SystemCallException> delete(Collection<PolicyRule> rules) {
        Map<PolicyRule, SystemCallException> failures = connection.execute(rules, RuleMessages::delete);
        failures.values().removeIf(failure -> failure.errno() == Errno.ENOENT);
        return failures;
    }

    /** The rules of ours that the kernel has. */
    public Set<PolicyRule> list() {
        Set<PolicyRule> rules = new LinkedHashSet<>();
        for (IpFamily family : IpFamily.values()) {
            connection.dump(RuleMessages.list(family)).stream()
                    .flatMap(message -> RuleMessages.readOwn(message).stream())
                    .forEach(rules::add);
        }
        return rules;
    }

    /** Makes our rules exactly these, touching only what differs. The result has the failures only. */
    public Map<PolicyRule, SystemCallException> ensure(Set<PolicyRule> wanted) {
        Set<PolicyRule> missing = new LinkedHashSet<>(wanted);
        Set<PolicyRule> obsolete = list();
        missing.removeAll(obsolete);
        obsolete.removeAll(wanted);
        Map<PolicyRule, SystemCallException> failures = new LinkedHashMap<>(add(missing));
        failures.putAll(delete(obsolete));
        return failures;
    }
}
