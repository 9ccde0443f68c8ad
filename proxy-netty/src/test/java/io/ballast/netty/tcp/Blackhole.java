package io.ballast.netty.tcp;

import io.ballast.core.model.AddressPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** An address where connecting neither works nor fails: a listening socket whose queue is full. */
final class Blackhole implements AutoCloseable {
    private final ServerSocket server;
    private final List<SocketChannel> waiting = new ArrayList<>();

    private Blackhole(ServerSocket server) {
        this.server = server;
    }

    static Blackhole open() throws IOException {
        Blackhole blackhole = new Blackhole(new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")));
        // Linux takes one more than the backlog.
        for (int i = 0; i < 2; i++) {
            SocketChannel channel = SocketChannel.open(blackhole.server.getLocalSocketAddress());
            blackhole.waiting.add(channel);
        }
        SocketChannel ignored = SocketChannel.open();
        ignored.configureBlocking(false);
        ignored.connect(blackhole.server.getLocalSocketAddress());
        blackhole.waiting.add(ignored);
        return blackhole;
    }

    AddressPort address() {
        return AddressPort.of((InetSocketAddress) server.getLocalSocketAddress());
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel channel : waiting) {
            channel.close();
        }
        server.close();
    }
}
