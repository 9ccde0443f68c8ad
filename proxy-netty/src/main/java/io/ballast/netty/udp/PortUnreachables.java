package io.ballast.netty.udp;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.IpFamily;
import io.ballast.netty.linux.SystemCallException;
import io.ballast.netty.linux.datagram.PortUnreachable;
import io.ballast.netty.linux.datagram.RawSocket;
import io.ballast.netty.linux.datagram.Recipient;
import io.ballast.netty.linux.datagram.SendBatch;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends ICMP port unreachable in the name of frontends. Does nothing without CAP_NET_RAW. <em>Confined to one event
 * loop.</em>
 */
final class PortUnreachables {
    private static final Logger log = LoggerFactory.getLogger(PortUnreachables.class);
    /** As the kernel limits its own ({@code net.ipv4.icmp_msgs_per_sec}). */
    private static final int MOST_PER_SECOND = 1_000;

    private final @Nullable RawSocket socket;
    private final ByteBuf memory = Unpooled.directBuffer(PortUnreachable.MOST_BYTES, PortUnreachable.MOST_BYTES);
    private final SendBatch batch = new SendBatch(1);
    private long second;
    private int sentInSecond;

    private PortUnreachables(@Nullable RawSocket socket) {
        this.socket = socket;
    }

    static PortUnreachables open(IpFamily family) {
        try {
            return new PortUnreachables(RawSocket.icmp(family));
        } catch (SystemCallException e) {
            log.atInfo().addKeyValue("reason", e.getMessage()).log("Port unreachable is not passed on to UDP clients");
            return new PortUnreachables(null);
        }
    }

    void send(AddressPort client, int scope, AddressPort frontend) {
        if (socket == null || !isWithinLimit()) {
            return;
        }
        ByteBuffer message = memory.internalNioBuffer(0, PortUnreachable.MOST_BYTES);
        int length = PortUnreachable.write(client, frontend, message);
        batch.add(message, memory.memoryAddress(), length, Recipient.from(frontend.address(), client.address(), scope));
        batch.send(socket.number());
    }

    private boolean isWithinLimit() {
        long now = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime());
        if (now != second) {
            second = now;
            sentInSecond = 0;
        }
        return sentInSecond++ < MOST_PER_SECOND;
    }

    void close() {
        memory.release();
        if (socket != null) {
            socket.close();
        }
    }
}
