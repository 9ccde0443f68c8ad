package io.ballast.netty.udp;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.Protocol;
import io.ballast.netty.handover.Offer;
import io.ballast.netty.handover.SessionHandOver;
import io.ballast.netty.handover.SocketKey;
import io.ballast.netty.linux.datagram.RawSocket;
import io.netty.channel.epoll.LinuxSocket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * One socket for each event loop, bound where nobody dials, for all frontends of a family that the kernel leads there.
 * Answers leave through raw sockets from the frontend's very address and port, whoever else holds that port. Called from
 * the sync thread.
 *
 * <p>Sockets of an earlier process are as many as that one had loops. None is added to the group: the kernel would sort
 * all clients anew.
 */
public final class SteeredUdp implements AutoCloseable {
    private final List<Member> members = new ArrayList<>();
    private final boolean inherited;

    private SteeredUdp(boolean inherited) {
        this.inherited = inherited;
    }

    /**
     * @param own a loopback address of the family
     * @throws IOException when the host has no such family, or raw sockets are not permitted
     */
    static SteeredUdp open(IpAddress own, Collection<UdpLoop> loops, UdpSettings settings) throws IOException {
        SteeredUdp steered = new SteeredUdp(false);
        try {
            AddressPort address = new AddressPort(own, 0);
            for (UdpLoop loop : loops) {
                AddressPort bind = address;
                int number = steered.members.size();
                Member member = LoopCalls.call(loop.loop(), () -> {
                    boolean ingress = loop.router().asksForIngress();
                    Member opened = Member.open(
                            number,
                            loop,
                            own,
                            () -> EpollUdpSockets.steered(bind, ingress, settings.receiveBufferBytes()));
                    opened.listener().start();
                    return opened;
                });
                steered.members.add(member);
                address = member.address();
            }
            return steered;
        } catch (IOException e) {
            steered.close();
            throw e;
        }
    }

    /**
     * With the sockets of an earlier process, which goes on to receive until {@link UdpDatapath#resume}.
     *
     * @param descriptors in the order in which that process had them; closed when this fails
     */
    static SteeredUdp adopt(IpAddress own, List<UdpLoop> loops, int... descriptors) throws IOException {
        SteeredUdp steered = new SteeredUdp(true);
        try {
            for (int descriptor : descriptors) {
                int number = steered.members.size();
                UdpLoop loop = loops.get(number % loops.size());
                boolean ingress = loop.router().asksForIngress();
                steered.members.add(LoopCalls.call(
                        loop.loop(),
                        () -> Member.open(
                                number,
                                loop,
                                own,
                                () -> EpollUdpSockets.inherited(descriptor, own.isIpv4(), false, ingress))));
            }
            return steered;
        } catch (IOException e) {
            steered.close();
            throw e;
        }
    }

    /** Where the sockets are bound. */
    public Frontend own() {
        AddressPort address = members.get(0).address();
        return new Frontend(Protocol.UDP, address.address(), address.port());
    }

    /** One of the group, which stands for all. */
    public int descriptor() {
        return members.get(0).listener().descriptor();
    }

    /** For a successor; all stay owned here. */
    Stream<Offer.Item> offer() {
        return members.stream()
                .map(member -> new Offer.Item(
                        new SocketKey(SocketKey.Use.UDP, member.address()),
                        member.listener().descriptor()));
    }

    /** Goes on with a session of an earlier process; false where these sockets are not those that its client is led to. */
    boolean resume(SessionHandOver session) {
        boolean known = session.member() >= 0 && session.member() < members.size();
        if (!inherited || !known || own().family() != session.frontend().family()) {
            return false;
        }
        Member member = members.get(session.member());
        member.loop().loop().execute(() -> member.frontends().resume(session));
        return true;
    }

    /** The frontend is no longer led here: its sessions end. */
    void end(Frontend frontend) {
        members.forEach(
                member -> member.loop().loop().execute(() -> member.frontends().end(frontend)));
    }

    @Override
    public void close() {
        members.forEach(member -> LoopCalls.run(member.loop().loop(), member.listener()::close));
        members.clear();
    }

    private record Member(UdpLoop loop, AddressPort address, SteeredLoop frontends, EpollUdpListener listener) {
        static Member open(int number, UdpLoop loop, IpAddress own, SocketSource source) throws IOException {
            EpollUdpLoop home = (EpollUdpLoop) loop.connector();
            RawSocket replies = RawSocket.udp(own.family());
            try {
                LinuxSocket socket = source.open();
                SteeredLoop frontends = new SteeredLoop(number, loop, home, replies);
                EpollUdpListener listener =
                        new EpollUdpListener(home, socket, frontends::frontendOf, frontends::endAll);
                return new Member(loop, AddressPort.of(socket.localAddress()), frontends, listener);
            } catch (IOException | RuntimeException e) {
                replies.close();
                throw e;
            }
        }
    }

    /** Opens a member's socket, or takes one over. */
    private interface SocketSource {
        LinuxSocket open() throws IOException;
    }
}
