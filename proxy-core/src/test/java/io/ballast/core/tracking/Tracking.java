package io.ballast.core.tracking;

import io.ballast.core.model.IpFamily;
import io.ballast.core.model.ServiceOptions;
import io.ballast.core.testing.ManualClock;
import java.util.List;
import java.util.Set;

/** What tests of this package start from: node n1, both families, five schedulers. */
final class Tracking {
    static final TrackingSettings SETTINGS = new TrackingSettings(
            "n1",
            Set.of(IpFamily.values()),
            ServiceOptions.DEFAULTS,
            name -> List.of("rr", "lc", "mh", "sh", "random").contains(name),
            NodePortRules.DEFAULT,
            null,
            true);

    private Tracking() {}

    static EndpointSliceCache slices() {
        return new EndpointSliceCache(new SliceReader("n1", SETTINGS.families()), new TriggerTimes(new ManualClock()));
    }
}
