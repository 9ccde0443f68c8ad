package io.ballast.core.model;

/** Version of the PROXY protocol header that is sent to an endpoint ahead of the client's bytes. */
public enum ProxyProtocol {
    V1,
    V2
}
