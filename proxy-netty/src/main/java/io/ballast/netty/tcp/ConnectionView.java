package io.ballast.netty.tcp;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.ServicePortName;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One connection at an instant, for display. <em>Immutable.</em>
 *
 * @param id unique while this process runs
 * @param servicePort whose endpoint was picked
 * @param endpoint picked, or last tried
 * @param source our address towards the endpoint, null while there is none
 * @param bytesToEndpoint read from the client so far
 * @param bytesToClient read from the endpoint so far
 * @param openedAt when the client was accepted
 * @param state {@code connecting}, {@code relaying}, {@code half_closed}, {@code flushing} or {@code ending}; in a
 *     connection log {@code closed}
 */
public record ConnectionView(
        long id,
        ServicePortName servicePort,
        AddressPort client,
        Frontend frontend,
        AddressPort endpoint,
        @Nullable AddressPort source,
        long bytesToEndpoint,
        long bytesToClient,
        Instant openedAt,
        String state) {}
