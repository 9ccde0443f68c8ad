package io.ballast.netty.tcp;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.CloseReason;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.RefuseReason;
import io.ballast.core.model.ServiceOptions;
import io.ballast.core.model.ServicePortName;
import io.ballast.core.routing.Decision;
import io.ballast.core.routing.FrontendRoute;
import io.ballast.core.routing.Route;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of one event loop: takes accepted sockets, keeps the register by Service port, and watches over
 * connect timeouts. Confined to the event loop.
 */
final class LoopConnections {
    private static final Logger LOG = LoggerFactory.getLogger(LoopConnections.class);

    /** One sweep over connecting sockets serves them all, instead of a timer for each connection. */
    private static final long SWEEP_MILLIS = 50;

    private final EventLoop loop;
    private final TcpContext context;
    private final Connector connector;
    private final long idStep;
    private final ConnectionList connecting = new ConnectionList();
    private final Map<ServicePortName, ConnectionList> relaying = new HashMap<>();
    private final AddressUse addresses = new AddressUse();
    private long lastId;
    private boolean sweeping;

    /**
     * @param firstId where this loop's connection ids start
     * @param idStep number of loops, so that ids are unique without a shared counter
     */
    LoopConnections(EventLoop loop, TcpContext context, Connector connector, long firstId, long idStep) {
        this.loop = loop;
        this.context = context;
        this.connector = connector;
        this.lastId = firstId - idStep;
        this.idStep = idStep;
    }

    /** Decides about a new client and acts on it. */
    void accept(AcceptedSocket socket, Frontend frontend, AddressPort client) {
        Optional<RefuseReason> full = context.open().enter();
        if (full.isPresent()) {
            refuse(socket, frontend, client, full.get());
            return;
        }
        int ingress = context.router().asksForIngress() ? socket.ingress(frontend.family()) : 0;
        Decision decision = context.router().decide(frontend, client, ingress, Set.of());
        if (decision instanceof Decision.Forward forward) {
            lastId += idStep;
            TcpConnection connection = new TcpConnection(lastId, this, frontend, client, forward);
            connecting.add(connection);
            addresses.enter(frontend.address());
            startSweeping();
            open(connection, socket);
        } else {
            context.open().leave();
            refuse(socket, frontend, client, reasonOf(decision));
        }
    }

    private static void open(TcpConnection connection, AcceptedSocket socket) {
        try {
            connection.open(socket);
        } catch (RuntimeException | Error e) {
            connection.broken(e);
        }
    }

    /** The handshake is over, so silence is no longer possible: dropped clients are reset as well. */
    private static RefuseReason reasonOf(Decision decision) {
        return decision instanceof Decision.Drop drop ? drop.reason() : ((Decision.Refuse) decision).reason();
    }

    private void refuse(AcceptedSocket socket, Frontend frontend, AddressPort client, RefuseReason reason) {
        FrontendRoute found = context.router().table().find(frontend);
        if (found != null) {
            found.route().stats().refused(reason);
        }
        socket.reset();
        LOG.atTrace()
                .addKeyValue("frontend", frontend)
                .addKeyValue("client", client)
                .addKeyValue("reason", reason)
                .log("Client turned away");
    }

    private void startSweeping() {
        if (!sweeping) {
            sweeping = true;
            loop.schedule(this::sweep, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void sweep() {
        sweeping = false;
        // Copied, since a timed out connection may connect elsewhere and end others' business on the way.
        List<TcpConnection> waiting = new ArrayList<>(connecting.size());
        connecting.forEach(waiting::add);
        waiting.forEach(TcpConnection::checkConnectTimeout);
        if (!connecting.isEmpty()) {
            startSweeping();
        }
    }

    /** Both sides are connected now. */
    void relaying(TcpConnection connection) {
        connecting.remove(connection);
        relaying.computeIfAbsent(nameOf(connection), name -> new ConnectionList())
                .add(connection);
    }

    void closed(TcpConnection connection, boolean relayed) {
        if (relayed) {
            ServicePortName name = nameOf(connection);
            ConnectionList list = relaying.get(name);
            if (list == null) {
                throw new IllegalStateException("connection of " + name + " is not registered");
            }
            list.remove(connection);
            if (list.isEmpty()) {
                relaying.remove(name);
            }
        } else {
            connecting.remove(connection);
        }
        addresses.leave(connection.frontend().address());
        context.open().leave();
    }

    private static ServicePortName nameOf(TcpConnection connection) {
        return connection.route().servicePort().name();
    }

    /** Acts on connections whose endpoint left, or came back. */
    void routeChanged(Route before, @Nullable Route after) {
        ConnectionList list = relaying.get(before.servicePort().name());
        if (list == null) {
            return;
        }
        ServiceOptions options = (after == null ? before : after).servicePort().options();
        Set<AddressPort> serving = after == null ? Set.of() : after.servingEndpoints();
        list.forEach(connection -> {
            if (connection.route().servicePort().family()
                    != before.servicePort().family()) {
                return;
            }
            if (serving.contains(connection.endpoint())) {
                connection.endpointPresent();
            } else {
                connection.endpointRemoved(options);
            }
        });
    }

    void resetAll(CloseReason reason) {
        forEach(connection -> connection.close(reason, true));
    }

    /** At most that many connections, in no particular order. */
    List<ConnectionView> views(int limit) {
        List<ConnectionView> views = new ArrayList<>();
        forEach(connection -> {
            if (views.size() < limit) {
                views.add(connection.view());
            }
        });
        return views;
    }

    /** Bytes in memory on their way, of all connections. */
    long pendingBytes() {
        AtomicLong sum = new AtomicLong();
        forEach(connection -> sum.addAndGet(connection.pendingBytes()));
        return sum.get();
    }

    /** Whether clients of a frontend at this address are connected. Any thread. */
    boolean isInUse(IpAddress frontendAddress) {
        return addresses.isInUse(frontendAddress);
    }

    private void forEach(Consumer<TcpConnection> action) {
        connecting.forEach(action);
        // Copied, since closing the last connection of a Service port removes its list.
        List.copyOf(relaying.values()).forEach(list -> list.forEach(action));
    }

    EventLoop loop() {
        return loop;
    }

    TcpContext context() {
        return context;
    }

    Connector connector() {
        return connector;
    }

    long nanos() {
        return context.ticker().nanos();
    }
}
