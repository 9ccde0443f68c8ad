package io.ballast.netty.udp;

import io.ballast.core.model.AddressPort;

/** How answers of one frontend leave. <em>Confined to the event loop of the frontend.</em> */
interface ReplyPath {
    Downstream to(AddressPort client);
}
