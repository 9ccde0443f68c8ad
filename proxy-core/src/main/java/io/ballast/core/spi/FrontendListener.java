package io.ballast.core.spi;

import io.ballast.core.model.Frontend;
import io.ballast.core.model.ServicePortName;

/** Hears which frontends could not be served and which recovered. Called from the sync thread. */
public interface FrontendListener {
    /**
     * @param reason names the cause and the remedy, in one line
     */
    void frontendFailed(Frontend frontend, ServicePortName owner, String reason);

    void frontendRecovered(Frontend frontend, ServicePortName owner);
}
