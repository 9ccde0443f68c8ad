package io.ballast.daemon.http;

import java.net.InetSocketAddress;

/** Hears that a server could not be started. Called on the server's loop; must not block. */
@FunctionalInterface
public interface BindListener {
    /**
     * @param isFinal it is not tried again ({@code bindAddressHardFail}): the process should end with exit code 1
     * @param message as upstream words it, for the log and the Event
     */
    void bindFailed(InetSocketAddress address, boolean isFinal, String message);
}
