package io.ballast.netty;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.Protocol;
import io.ballast.netty.handover.Inheritance;
import io.ballast.netty.handover.SocketKey;
import io.ballast.netty.linux.Descriptor;
import io.ballast.netty.linux.bpf.SocketLookup;
import io.ballast.netty.linux.bpf.SocketLookups;
import io.ballast.netty.listener.ListenerOptions;
import io.ballast.netty.listener.TcpListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The socket lookup of this network namespace with the listeners that it leads clients to: new, as a dead process left
 * it, or as a living one handed it over. <em>Confined to the sync thread.</em>
 */
final class LookupAttachment implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LookupAttachment.class);
    private static final ListenerOptions OPTIONS =
            ListenerOptions.PLAIN.withTransparent(true).withPerLoop(true).withRedirected(true);
    /** Bound where nobody dials: the program refuses who does. */
    static final List<IpAddress> OWN = List.of(IpAddress.parse("127.0.0.1"), IpAddress.parse("::1"));

    private final SocketLookup lookup;
    private final TcpDatapath tcp;
    private final boolean pinLater;
    /** Whether the lookup is pinned, or will be, and to stay so. */
    private final boolean pinned;

    private final List<int[]> inherited = new ArrayList<>();
    /** Addresses of frontends that still have no entry here, being served by an earlier process that binds. */
    private @Nullable Set<IpAddress> guardLater;

    private final Map<IpFamily, Integer> listeners = new EnumMap<>(IpFamily.class);
    private final List<AddressPort> addresses = new ArrayList<>();

    private LookupAttachment(
            SocketLookup lookup, TcpDatapath tcp, boolean pinned, boolean pinLater, boolean besideAnother) {
        this.lookup = lookup;
        this.tcp = tcp;
        this.pinned = pinned;
        this.pinLater = pinLater;
        this.guardLater = besideAnother ? new LinkedHashSet<>() : null;
    }

    /** @param pinned whether it shall outlive this process */
    static LookupAttachment open(Inheritance inheritance, boolean pinned, Interception.Sockets sockets) {
        LookupAttachment attachment = attach(inheritance, pinned, sockets.tcp());
        try {
            for (IpAddress own : OWN) {
                attachment.listen(own, inheritance, sockets);
            }
            return attachment;
        } catch (IOException | RuntimeException e) {
            attachment.close();
            throw new IllegalStateException("cannot listen for clients of all frontends: " + e.getMessage(), e);
        }
    }

    private static LookupAttachment attach(Inheritance inheritance, boolean pinned, TcpDatapath tcp) {
        if (!inheritance.lookup().isEmpty()) {
            return new LookupAttachment(SocketLookups.takeOver(inheritance.lookup()), tcp, pinned, pinned, false);
        }
        if (inheritance.fromLiving()) {
            return new LookupAttachment(SocketLookups.attach(), tcp, pinned, pinned, true);
        }
        return new LookupAttachment(
                pinned ? SocketLookups.attach(KernelNumbers.PINS) : SocketLookups.attach(), tcp, pinned, false, false);
    }

    private void listen(IpAddress own, Inheritance inheritance, Interception.Sockets sockets) throws IOException {
        for (SocketKey shared : inheritance.shared()) {
            boolean ours = shared.use() == SocketKey.Use.TCP
                    && shared.address().address().equals(own);
            int[] descriptors = ours ? sockets.inherited().take(shared.use(), shared.address()) : new int[0];
            if (descriptors.length > 0) {
                inherited.add(descriptors);
                add(shared.address(), descriptors[0]);
                return;
            }
        }
        try {
            TcpListener listener = sockets.tcp().openListener(new AddressPort(own, 0), OPTIONS);
            add(listener.address(), listener.descriptors()[0]);
        } catch (IOException e) {
            if (own.isIpv4()) {
                throw e;
            }
            log.atInfo().addKeyValue("reason", e.getMessage()).log("This host has no IPv6");
        }
    }

    private void add(AddressPort bound, int descriptor) {
        Frontend at = new Frontend(Protocol.TCP, bound.address(), bound.port());
        listeners.put(bound.address().family(), lookup.addListener(descriptor, at));
        addresses.add(bound);
    }

    /** Accepts from listeners that were handed over: from now on only, since they have clients at once. */
    void accept() {
        for (int[] descriptors : inherited) {
            try {
                tcp.adoptListener(OPTIONS, descriptors);
            } catch (IOException e) {
                throw new UncheckedIOException("accept from listeners of an earlier process", e);
            }
        }
        inherited.clear();
    }

    SocketLookup lookup() {
        return lookup;
    }

    /** Numbers that the lookup gave to the listening sockets. */
    Map<IpFamily, Integer> listeners() {
        return Map.copyOf(listeners);
    }

    List<AddressPort> addresses() {
        return List.copyOf(addresses);
    }

    void guard(Collection<IpAddress> addresses) {
        if (guardLater == null) {
            lookup.guard(addresses);
        } else {
            guardLater.addAll(addresses);
        }
    }

    void unguard(Collection<IpAddress> addresses) {
        if (guardLater == null) {
            lookup.unguard(addresses);
        } else {
            guardLater.removeAll(addresses);
        }
    }

    /** Pins what was handed over only now: until here a crash of ours leaves it to the earlier process. */
    void settle() {
        if (guardLater != null) {
            lookup.guard(guardLater);
            guardLater = null;
        }
        if (pinLater) {
            lookup.pin(KernelNumbers.PINS);
        }
    }

    /** What somebody took of the lookup, in words, or "". Any thread, after {@link #settle}. */
    String missing() {
        if (!lookup.isAttached()) {
            return "link of the socket lookup program";
        }
        return pinned && !SocketLookups.isPinned(KernelNumbers.PINS) ? "pins in " + KernelNumbers.PINS : "";
    }

    /** Puts back what is {@link #missing}; returns what that was. */
    List<String> restore() {
        String missing = missing();
        if (missing.isEmpty()) {
            return List.of();
        }
        if (!lookup.isAttached()) {
            lookup.attachAgain();
        }
        if (pinned) {
            lookup.pin(KernelNumbers.PINS);
        }
        return List.of(missing);
    }

    /** For a process that binds: an earlier one's lookup would lead clients away from its sockets. */
    static void end(List<Descriptor> handedOver) {
        if (!handedOver.isEmpty()) {
            try (SocketLookup ended = SocketLookups.takeOver(handedOver)) {
                ended.detach();
            }
        }
        if (SocketLookups.isPinned(KernelNumbers.PINS)) {
            SocketLookups.uninstall(KernelNumbers.PINS);
        }
    }

    @Override
    public void close() {
        lookup.close();
    }
}
