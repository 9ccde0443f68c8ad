package io.ballast.netty.intercept;

import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Without privileges no route can be added, and none is needed for 127.0.0.0/8 and ::1: those are local already.
 * <em>Immutable.</em>
 */
public final class LoopbackOnly implements ClusterIpRoutes, PacketRules {
    private final String whyNot;

    /**
     * @param whyNot what is missing, for the message: {@code needs CAP_NET_ADMIN}
     */
    public LoopbackOnly(String whyNot) {
        this.whyNot = whyNot;
    }

    @Override
    public Map<IpAddress, String> add(Collection<IpAddress> addresses) {
        return addresses.stream()
                .filter(address -> !address.isLoopback())
                .collect(Collectors.toMap(
                        address -> address,
                        address -> "cannot make " + address + " local: " + whyNot
                                + "; without it only addresses in 127.0.0.0/8 and ::1 are served"));
    }

    @Override
    public Collection<IpAddress> left() {
        return List.of();
    }

    @Override
    public void remove(Collection<IpAddress> addresses) {
        // Nothing was added.
    }

    @Override
    public String unavailableReason() {
        return "cannot steer packets for addresses of others: " + whyNot;
    }

    @Override
    public boolean judgesSources() {
        return false;
    }

    @Override
    public List<String> restore() {
        return List.of();
    }

    @Override
    public Map<Frontend, String> update(Collection<Rule> add, Collection<Rule> remove) {
        return add.stream().collect(Collectors.toMap(Rule::frontend, rule -> unavailableReason()));
    }
}
