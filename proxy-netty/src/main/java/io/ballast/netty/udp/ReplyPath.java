package io.ballast.netty.udp;

import io.ballast.core.model.AddressPort;

/** How answers of one frontend leave. <em>Confined to the event loop of the frontend.</em> */
interface ReplyPath {
    /** @param scope the interface that the client's address belongs to, 0 for those that need none */
    Downstream to(AddressPort client, int scope);
}
