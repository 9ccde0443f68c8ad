package io.ballast.netty.udp;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.Protocol;
import io.ballast.netty.linux.datagram.RawSocket;
import io.netty.channel.epoll.LinuxSocket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * One socket for each event loop, bound where nobody dials, for all frontends of a family that the kernel leads there.
 * Answers leave through raw sockets from the frontend's very address and port, whoever else holds that port. Called from
 * the sync thread.
 */
public final class SteeredUdp implements AutoCloseable {
    private final List<Member> members = new ArrayList<>();

    private SteeredUdp() {}

    /**
     * @param own a loopback address of the family
     * @throws IOException when the host has no such family, or raw sockets are not permitted
     */
    static SteeredUdp open(IpAddress own, Collection<UdpLoop> loops, UdpSettings settings) throws IOException {
        SteeredUdp steered = new SteeredUdp();
        try {
            AddressPort address = new AddressPort(own, 0);
            for (UdpLoop loop : loops) {
                AddressPort bind = address;
                Member member = LoopCalls.call(loop.loop(), () -> Member.open(loop, bind, settings));
                steered.members.add(member);
                address = member.address();
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
        static Member open(UdpLoop loop, AddressPort bind, UdpSettings settings) throws IOException {
            EpollUdpLoop home = (EpollUdpLoop) loop.connector();
            RawSocket replies = RawSocket.udp(bind.address().family());
            try {
                LinuxSocket socket = EpollUdpSockets.steered(bind, settings.receiveBufferBytes());
                SteeredLoop frontends = new SteeredLoop(loop, home, replies);
                EpollUdpListener listener =
                        new EpollUdpListener(home, socket, frontends::frontendOf, frontends::endAll);
                listener.register();
                return new Member(loop, AddressPort.of(socket.localAddress()), frontends, listener);
            } catch (IOException | RuntimeException e) {
                replies.close();
                throw e;
            }
        }
    }
}
