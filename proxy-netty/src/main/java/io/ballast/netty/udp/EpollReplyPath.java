package io.ballast.netty.udp;

import io.ballast.core.model.AddressPort;
import io.ballast.netty.linux.datagram.Recipient;
import io.netty.buffer.ByteBuf;

/**
 * Answers of one frontend through a socket that is bound to it, or a raw socket that is not. <em>Confined to the event
 * loop.</em>
 */
record EpollReplyPath(EpollUdpLoop home, AddressPort frontend, int socket, boolean raw) implements ReplyPath {
    @Override
    public Downstream to(AddressPort client, int scope) {
        Recipient recipient = raw ? Recipient.from(frontend, client, scope) : Recipient.plain(client, scope);
        return new EpollDownstream(this, client, scope, recipient);
    }

    private record EpollDownstream(EpollReplyPath path, AddressPort client, int scope, Recipient recipient)
            implements Downstream {
        @Override
        public void send(ByteBuf datagrams, int segment) {
            EpollReplies replies = path.home.replies();
            int length = datagrams.readableBytes();
            if (!path.raw || segment >= length) {
                replies.add(path.socket, datagrams, segment, recipient);
            } else { // Each needs a UDP header of its own.
                for (int at = 0; at < length; at += segment) {
                    ByteBuf each = datagrams.slice(at, Math.min(segment, length - at));
                    replies.add(path.socket, each, segment, recipient);
                }
            }
        }

        @Override
        public void flush() {
            path.home.replies().flush();
        }

        @Override
        public void unreachable() {
            path.home.unreachable(client, scope, path.frontend);
        }
    }
}
