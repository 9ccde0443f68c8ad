package io.ballast.daemon.http;

import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpUtil;

/**
 * What of a request decides the form of its answer. <em>Immutable.</em>
 *
 * @param http11 a request too broken to have a version is answered with ours
 * @param headOnly HEAD
 * @param keepAlive the client would like to go on
 */
record RequestFacts(boolean malformed, boolean http11, boolean headOnly, boolean keepAlive) {
    static RequestFacts of(FullHttpRequest request) {
        boolean malformed = request.decoderResult().isFailure();
        return new RequestFacts(
                malformed,
                malformed || request.protocolVersion().isKeepAliveDefault(),
                request.method().equals(HttpMethod.HEAD),
                !malformed && HttpUtil.isKeepAlive(request));
    }

    /** Whether the connection goes on: the client wants it, and can tell where the answer ends. */
    boolean keepAliveAfter(HttpReply reply) {
        return keepAlive && (http11 || reply.body() instanceof HttpReply.Body.Fixed);
    }
}
