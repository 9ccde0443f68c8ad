package io.ballast.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.NamespacedName;
import io.ballast.daemon.source.ObjectProblem;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WarningsTest {
    private static final NamespacedName WEB = new NamespacedName("shop", "web");

    private final List<String> events = new ArrayList<>();
    private final Warnings warnings = new Warnings();

    @BeforeEach
    void listen() {
        warnings.alsoTell(
                (service, reason, message) -> events.add(service + " " + reason + " " + message),
                (reason, action, message) -> {});
    }

    @Test
    void saysWhichOfAServicesSlicesIsBad() {
        warnings.objectProblem(new ObjectProblem("EndpointSlice", "shop/web-x7", WEB, "ports[0].port is -1"));

        assertThat(events)
                .containsExactly("shop/web InvalidEndpointSlice EndpointSlice shop/web-x7: ports[0].port is -1");
    }

    @Test
    void namesTheServiceItselfOnce() {
        warnings.objectProblem(new ObjectProblem("Service", "shop/web", WEB, "spec.type is 7"));

        assertThat(events).containsExactly("shop/web InvalidService spec.type is 7");
    }
}
