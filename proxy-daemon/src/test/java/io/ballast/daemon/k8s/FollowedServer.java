package io.ballast.daemon.k8s;

import io.ballast.daemon.testing.TestApiServer;
import io.ballast.netty.testing.Resources;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** An API server and a source that follows it, once it is started: both end after the test. Confined to one thread. */
final class FollowedServer implements AfterEachCallback {
    private final Resources opened = new Resources();
    private final TestApiServer server = opened.keep(new TestApiServer().start());
    private final SourceFixture fixture = opened.keep(new SourceFixture(server.url()));

    TestApiServer server() {
        return server;
    }

    SourceFixture fixture() {
        return fixture;
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        opened.close();
    }
}
