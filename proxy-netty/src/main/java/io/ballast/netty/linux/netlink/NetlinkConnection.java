package io.ballast.netty.linux.netlink;

import io.ballast.netty.linux.Capability;
import io.ballast.netty.linux.Errno;
import io.ballast.netty.linux.SystemCallException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Requests and their replies over one socket, matched by sequence number. Confined to one thread at a time.
 *
 * <p>The kernel handles all messages of one send before it returns. Only a failure and the last message of a batch are
 * answered, in order, so that the last answer settles the batch.
 */
final class NetlinkConnection implements AutoCloseable {
    private static final int DUMP_ATTEMPTS = 20;

    private final NetlinkSocket socket = NetlinkSocket.open(0);
    private int sequence;

    /**
     * Performs a request per item, each whatever becomes of the others.
     *
     * @return the failures only, by item, in the order of the items
     * @throws SystemCallException if replies were lost, so that it is unknown what became of a part of the requests
     */
    <T> Map<T, SystemCallException> execute(Collection<T> items, Function<T, NetlinkRequest> encoder) {
        Map<T, SystemCallException> failures = new LinkedHashMap<>();
        List<T> ordered = List.copyOf(items);
        for (int from = 0; from < ordered.size(); from += NetlinkSocket.BATCH) {
            List<T> batch = ordered.subList(from, Math.min(ordered.size(), from + NetlinkSocket.BATCH));
            executeBatch(
                    batch.stream().map(encoder).toList(), (index, failure) -> failures.put(batch.get(index), failure));
        }
        return failures;
    }

    private void executeBatch(List<NetlinkRequest> batch, BiConsumer<Integer, SystemCallException> failures) {
        int first = send(batch, Rtnetlink.NLM_F_ACK);
        int last = batch.size() - 1;
        while (true) {
            for (NetlinkMessage reply : socket.receive()) {
                int index = reply.sequence() - first;
                if (reply.type() != Rtnetlink.NLMSG_ERROR || index < 0 || index > last) {
                    continue; // a late reply to a request that was given up
                }
                if (reply.error() != 0) {
                    failures.accept(index, failure(batch.get(index), reply));
                }
                if (index == last) {
                    return;
                }
            }
        }
    }

    /** Asks for one object. */
    NetlinkMessage query(NetlinkRequest request) {
        int number = send(List.of(request), 0);
        while (true) {
            for (NetlinkMessage reply : socket.receive()) {
                if (reply.sequence() != number) {
                    continue;
                }
                if (reply.type() == Rtnetlink.NLMSG_ERROR) {
                    throw failure(request, reply);
                }
                return reply;
            }
        }
    }

    /** Asks for all objects of a kind, again when they changed meanwhile: the list is one that was true at a time. */
    List<NetlinkMessage> dump(NetlinkRequest request) {
        for (int attempt = 1; attempt <= DUMP_ATTEMPTS; attempt++) {
            List<NetlinkMessage> messages = new ArrayList<>();
            if (dumpOnce(request, messages)) {
                return messages;
            }
        }
        throw new SystemCallException(
                request.operation(), Errno.EAGAIN.number(), "it changed during each of " + DUMP_ATTEMPTS + " reads");
    }

    /** Reads a dump to its end, whatever happens on the way: the kernel refuses the next one while one is under way. */
    private boolean dumpOnce(NetlinkRequest request, List<NetlinkMessage> messages) {
        int number = send(List.of(request), Rtnetlink.NLM_F_DUMP);
        boolean consistent = true;
        while (true) {
            for (NetlinkMessage reply : socket.receive()) {
                if (reply.sequence() != number) {
                    continue;
                }
                consistent &= !reply.has(Rtnetlink.NLM_F_DUMP_INTR);
                if (reply.type() == Rtnetlink.NLMSG_ERROR || reply.type() == Rtnetlink.NLMSG_DONE) {
                    if (reply.error() == Errno.EINTR.number()) {
                        return false;
                    }
                    if (reply.error() != 0) {
                        throw failure(request, reply);
                    }
                    return consistent;
                }
                messages.add(reply);
            }
        }
    }

    private int send(List<NetlinkRequest> requests, int lastFlags) {
        int first = sequence + 1;
        sequence += requests.size();
        socket.send(requests, first, lastFlags);
        return first;
    }

    private static SystemCallException failure(NetlinkRequest request, NetlinkMessage reply) {
        String explanation = reply.explanation();
        return explanation.isEmpty()
                ? SystemCallException.needing(Capability.NET_ADMIN, request.operation(), reply.error())
                : new SystemCallException(request.operation(), reply.error(), explanation);
    }

    @Override
    public void close() {
        socket.close();
    }
}
