package io.ballast.netty.intercept;

import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import java.io.IOException;

/** The data path of one protocol, as an interceptor sees it. Called from the sync thread. */
public interface FrontendSockets {
    /**
     * Opens sockets bound to the frontend's address and port.
     *
     * @param transparent the address is not local to this node: set {@code IP_TRANSPARENT}
     * @param perLoop there are descriptors enough for one socket on each event loop, should that pay
     * @return closes the sockets; what they had already accepted is still served
     * @throws IOException with the kernel's reason when the address is taken or not permitted
     */
    OpenSocket open(Frontend frontend, boolean transparent, boolean perLoop) throws IOException;

    /** Whether open connections or sessions have this address as their frontend's. */
    boolean isInUse(IpAddress frontendAddress);

    /** What {@link #open} returns. */
    interface OpenSocket extends AutoCloseable {
        /** The number of the only descriptor, -1 where there are several or none. */
        default int descriptor() {
            return -1;
        }

        /** How many descriptors it holds. */
        default int descriptors() {
            return 1;
        }

        @Override
        void close();
    }
}
