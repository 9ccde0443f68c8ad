package io.ballast.netty.intercept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ballast.core.model.IpAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AddressClaimsTest {
    private final List<IpAddress> addresses =
            IntStream.range(0, 100).mapToObj(IpAddress::ofIpv4).toList();
    private final FakeRoutes routes = new FakeRoutes();

    @Test
    void takesTimeInProportionToTheAddresses() {
        routes.local.addAll(addresses);
        AddressClaims claims = new AddressClaims(routes, address -> false);

        claims.claim(new Unsearchable(addresses));
        claims.sweep();
        assertThat(routes.local).containsAll(addresses);

        claims.release(new Unsearchable(addresses));
        assertThat(routes.local).isEmpty();
    }

    /** As when somebody takes the guards, too, which are put back after the routes: who asks for it tries again then. */
    @Test
    void saysWhatCouldNotBeRestored() {
        AddressClaims claims = new AddressClaims(routes, address -> false);
        claims.claim(addresses);
        routes.local.clear();

        routes.failure = "cannot guard it";
        assertThatThrownBy(claims::restore).hasMessageContaining("cannot guard it");
        routes.failure = "";

        assertThat(claims.restore()).containsExactlyInAnyOrderElementsOf(addresses);
        assertThat(routes.local).containsExactlyInAnyOrderElementsOf(addresses);
    }

    /** What has as many elements as a set of ours is too long to be searched for each of them. */
    private static final class Unsearchable extends ArrayList<IpAddress> {
        private static final long serialVersionUID = 1;

        private Unsearchable(Collection<IpAddress> addresses) {
            super(addresses);
        }

        @Override
        public boolean contains(@Nullable Object element) {
            throw new AssertionError("searched for " + element);
        }
    }

    private static final class FakeRoutes implements ClusterIpRoutes {
        private final Collection<IpAddress> local = new LinkedHashSet<>();
        private String failure = "";

        @Override
        public Map<IpAddress, String> add(Collection<IpAddress> added) {
            if (!failure.isEmpty()) {
                return added.stream().collect(Collectors.toMap(address -> address, address -> failure));
            }
            local.addAll(added);
            return Map.of();
        }

        @Override
        public Collection<IpAddress> left() {
            return List.copyOf(local);
        }

        @Override
        public void remove(Collection<IpAddress> removed) {
            removed.forEach(local::remove);
        }
    }
}
