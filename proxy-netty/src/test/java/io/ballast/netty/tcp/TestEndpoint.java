package io.ballast.netty.tcp;

import io.ballast.core.model.AddressPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A server on loopback whose connections a test takes one by one and drives itself. */
final class TestEndpoint implements AutoCloseable {
    private final ServerSocket server;
    private final BlockingQueue<Socket> accepted = new LinkedBlockingQueue<>();
    private final Queue<Socket> all = new ConcurrentLinkedQueue<>();
    private final Thread acceptor;

    private TestEndpoint(ServerSocket server) {
        this.server = server;
        acceptor = new Thread(this::acceptAll, "endpoint-" + server.getLocalPort());
        acceptor.setDaemon(true);
        acceptor.start();
    }

    static TestEndpoint start() {
        return start("127.0.0.1");
    }

    static TestEndpoint start(String address) {
        return start(address, 0);
    }

    /** @param receiveBuffer small ones make senders stall early; 0 leaves it to the kernel */
    static TestEndpoint start(String address, int receiveBuffer) {
        try {
            ServerSocket server = new ServerSocket();
            if (receiveBuffer > 0) {
                server.setReceiveBufferSize(receiveBuffer);
            }
            server.bind(new InetSocketAddress(InetAddress.getByName(address), 0), 1024);
            return new TestEndpoint(server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void acceptAll() {
        try {
            while (true) {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(30_000);
                all.add(socket);
                accepted.add(socket);
            }
        } catch (IOException e) {
            accepted.clear();
        }
    }

    AddressPort address() {
        return AddressPort.of((InetSocketAddress) server.getLocalSocketAddress());
    }

    /** The next connection, within ten seconds. */
    Socket accept() throws InterruptedException {
        Socket socket = accepted.poll(10, TimeUnit.SECONDS);
        if (socket == null) {
            throw new AssertionError("nobody connected to " + address());
        }
        return socket;
    }

    int connections() {
        return all.size();
    }

    /** Ends all connections so far but one, and says how many were still open. */
    int closeAllBut(Socket kept) {
        int closed = 0;
        for (Socket socket : all) {
            if (socket != kept && !socket.isClosed()) {
                closeQuietly(socket);
                closed++;
            }
        }
        return closed;
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Refuses everybody from here on: the kernel listens until the last thread has left accept(2). */
    @Override
    public void close() throws IOException {
        server.close();
        try {
            acceptor.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while " + acceptor + " ends", e);
        }
        for (Socket socket : all) {
            socket.close();
        }
    }
}
