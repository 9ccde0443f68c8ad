package io.ballast.netty.handover;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.IpAddress;
import io.ballast.netty.linux.Descriptor;
import io.ballast.netty.linux.SystemCalls;
import io.ballast.netty.testing.Resources;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Both sides of the protocol, in one process, under a name of their own. Confined to the test's thread. */
final class Parties implements AfterEachCallback {
    static final Identity OLD_POD = new Identity("11111111-1111-1111-1111-111111111111", Identity.NONE);
    static final Identity NEW_POD = new Identity("22222222-2222-2222-2222-222222222222", Identity.NONE);
    static final Identity NEWEST_POD = new Identity("33333333-3333-3333-3333-333333333333", Identity.NONE);
    static final AddressPort ADDRESS = new AddressPort(IpAddress.parse("10.96.0.10"), 80);
    static final AddressPort SHARED = new AddressPort(IpAddress.parse("::1"), 4711);

    private final String name = "ballast-test/" + UUID.randomUUID();
    private final Resources resources = new Resources();
    private final Descriptor event = resources.keep(
            Descriptor.owning(SystemCalls.check(SystemCalls.libc().eventfd(0, 0), () -> "eventfd"), "event"));
    private final RecordingOwner owner = new RecordingOwner();

    /** Where they meet. */
    String name() {
        return name;
    }

    /** Of the process that serves. */
    RecordingOwner owner() {
        return owner;
    }

    RecordingOwner another() {
        return new RecordingOwner();
    }

    <T extends AutoCloseable> T keep(T resource) {
        return resources.keep(resource);
    }

    HandOverServer serve(Identity self, Set<String> replaced) {
        return keep(HandOverServer.start(HandOverServer.claimName(name).orElseThrow(), self, replaced, owner));
    }

    Predecessor find(Identity self) {
        return keep(Predecessor.find(name, self).orElseThrow());
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        resources.close();
    }

    /** Has the same socket any number of times, and remembers what it was told. */
    final class RecordingOwner implements HandOverServer.Owner {
        final CompletableFuture<Boolean> released = new CompletableFuture<>();
        final CompletableFuture<Void> ended = new CompletableFuture<>();
        final List<SessionHandOver> sessions = new ArrayList<>();
        int sockets = 1;

        @Override
        public void whileNothingChanges(Runnable action) {
            action.run();
        }

        @Override
        public Offer offer() {
            Offer.Item item = new Offer.Item(new SocketKey(SocketKey.Use.TCP, ADDRESS), event.number());
            return new Offer(
                    Collections.nCopies(sockets, item),
                    List.of(new SocketKey(SocketKey.Use.TCP, SHARED)),
                    List.of(event.number(), event.number()));
        }

        @Override
        public List<SessionHandOver> release(boolean listening) {
            released.complete(listening);
            return sessions;
        }

        @Override
        public void end() {
            ended.complete(null);
        }
    }
}
