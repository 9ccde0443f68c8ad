package io.ballast.core.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.ServicePortName;
import io.ballast.core.routing.Dataplane;
import io.ballast.core.routing.FrontendRoute;
import io.ballast.core.routing.Route;
import io.ballast.core.routing.RoutingTable;
import io.ballast.core.routing.RoutingTableDiff;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A dataplane that serves nothing. It rebuilds the table from the differences alone, and fails the test when one does
 * not fit the one before. <em>Confined to one thread.</em>
 */
public final class RecordingDataplane implements Dataplane {
    private final Map<Frontend, FrontendRoute> frontends = new HashMap<>();
    private final Map<Key, Route> routes = new HashMap<>();
    private final Set<IpAddress> clusterIps = new HashSet<>();
    private RoutingTable table = RoutingTable.EMPTY;
    private RoutingTableDiff lastDiff = new RoutingTableDiff(List.of(), List.of(), List.of(), List.of());
    private int calls;
    private boolean failing;

    private record Key(ServicePortName name, IpFamily family) {}

    /** Whether {@link #apply} throws. */
    public void failing(boolean fails) {
        failing = fails;
    }

    @Override
    public void apply(RoutingTable newTable, RoutingTableDiff diff) {
        if (failing) {
            throw new IllegalStateException("the dataplane was told to fail");
        }
        calls++;
        table = newTable;
        lastDiff = diff;
        diff.frontends().forEach(change -> replay(frontends, frontend(change), change.before(), change.after()));
        diff.routes().forEach(change -> replay(routes, key(change), change.before(), change.after()));
        for (IpAddress removed : diff.removedClusterIps()) {
            assertThat(clusterIps.remove(removed)).as("%s was there", removed).isTrue();
        }
        for (IpAddress added : diff.addedClusterIps()) {
            assertThat(clusterIps.add(added)).as("%s is new", added).isTrue();
        }
        assertThat(frontends.values()).containsExactlyInAnyOrderElementsOf(newTable.frontends());
        assertThat(routes.values()).containsExactlyInAnyOrderElementsOf(newTable.routes());
    }

    private static <K, V> void replay(Map<K, V> items, K key, @Nullable V before, @Nullable V after) {
        assertThat(items.get(key)).as("%s before", key).isSameAs(before);
        if (after == null) {
            assertThat(before).as("%s was there", key).isNotNull();
            items.remove(key);
        } else {
            items.put(key, after);
        }
    }

    private static Frontend frontend(RoutingTableDiff.FrontendChange change) {
        FrontendRoute any = change.before() == null ? change.after() : change.before();
        return Objects.requireNonNull(any, "one side is there").frontend();
    }

    private static Key key(RoutingTableDiff.RouteChange change) {
        Route any = change.before() == null ? change.after() : change.before();
        Objects.requireNonNull(any, "one side is there");
        return new Key(any.servicePort().name(), any.servicePort().family());
    }

    @Override
    public void retryFailed() {}

    public RoutingTable table() {
        return table;
    }

    public RoutingTableDiff lastDiff() {
        return lastDiff;
    }

    /** As the differences add up. */
    public Set<IpAddress> clusterIps() {
        return clusterIps;
    }

    public int calls() {
        return calls;
    }
}
