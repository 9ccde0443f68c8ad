package io.ballast.netty.tcp;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.IpFamily;
import io.ballast.netty.clientip.UpstreamBinding;
import io.ballast.netty.linux.Errno;
import io.ballast.netty.linux.StreamSockets;
import io.ballast.netty.linux.uring.CallBatch;
import io.netty.channel.unix.Errors.NativeIoException;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The descriptor of one leg, with the fewest system calls: Netty's own socket asks for its address when it is made, and
 * takes no flags when it sends. Confined to the event loop.
 */
final class EpollSocket extends FileDescriptor {
    private static final Logger LOG = LoggerFactory.getLogger(EpollSocket.class);
    private static final int SOL_IPV6 = 41;
    private static final int IPV6_TRANSPARENT = 75;
    private static final int SOL_IP = 0;
    private static final int IP_TRANSPARENT = 19;

    /** What the other end has sent since something was sent to it. */
    private enum Unacknowledged {
        NOTHING,
        HANDSHAKE,
        BYTES
    }

    private final StreamSockets calls;
    /** How many times it may send before its segments must be told not to wait for each other. */
    private int sendsUntilPrompt;
    /** Whether the kernel was asked to let acknowledgements wait for bytes that go the same way. */
    private boolean acknowledgesLate;

    /** Given up: closed, or to be closed soon. */
    private boolean givenUp;

    private Unacknowledged unacknowledged = Unacknowledged.NOTHING;

    private EpollSocket(int descriptor, StreamSockets calls, int sendsUntilPrompt) {
        super(descriptor);
        this.calls = calls;
        this.sendsUntilPrompt = sendsUntilPrompt;
    }

    /** One that accept(2) returned, which has inherited its options. */
    static EpollSocket accepted(int descriptor, StreamSockets calls) {
        return new EpollSocket(descriptor, calls, Integer.MAX_VALUE);
    }

    /** A new one. */
    static EpollSocket open(IpFamily family, StreamSockets calls) throws IOException {
        // Nagle's algorithm delays no first segment, so a short exchange is spared the call.
        return new EpollSocket(check("socket", calls.open(family)), calls, 1);
    }

    private static int check(String call, int result) throws IOException {
        if (result < 0) {
            throw failure(call, result);
        }
        return result;
    }

    private static NativeIoException failure(String call, int negated) {
        return new NativeIoException(call, negated, false);
    }

    void bind(UpstreamBinding source) throws IOException {
        set(StreamSockets.SOL_SOCKET, StreamSockets.SO_REUSEADDR, 1);
        if (source.transparent()) {
            boolean ipv4 = source.source().address().isIpv4();
            set(ipv4 ? SOL_IP : SOL_IPV6, ipv4 ? IP_TRANSPARENT : IPV6_TRANSPARENT, 1);
        }
        check("bind", calls.bind(intValue(), source.source()));
    }

    void keepAlive() throws IOException {
        set(StreamSockets.SOL_SOCKET, StreamSockets.SO_KEEPALIVE, 1);
    }

    private void set(int level, int option, int value) throws IOException {
        check("setsockopt", calls.setOption(intValue(), level, option, value));
    }

    /**
     * What the endpoint sends, from its half of the handshake on, is acknowledged together with the first bytes that go
     * to it, or by {@link #acknowledge}: a short exchange is spared two segments. To be called before {@link #connect}.
     */
    void acknowledgeLate() throws IOException {
        set(StreamSockets.IPPROTO_TCP, StreamSockets.TCP_QUICKACK, 0);
        acknowledgesLate = true;
        unacknowledged = Unacknowledged.HANDSHAKE;
    }

    /** Starts to connect. */
    void connect(AddressPort endpoint) throws IOException {
        int result = calls.connect(intValue(), endpoint);
        if (result != -Errno.EINPROGRESS.number()) {
            check("connect", result);
        }
    }

    boolean owesAcknowledgement() {
        return acknowledgesLate && unacknowledged != Unacknowledged.NOTHING && isOpen();
    }

    /**
     * Acknowledges now what is owed. To be called where nothing goes to the endpoint soon, for it may wait for that: one
     * that speaks first to be told of the connection, one whose segments wait for each other (Nagle's algorithm) to send
     * the next. After its first bytes the kernel does as with any connection.
     */
    void acknowledge() {
        if (owesAcknowledgement()) {
            acknowledgesLate = unacknowledged == Unacknowledged.HANDSHAKE;
            unacknowledged = Unacknowledged.NOTHING;
            int result = calls.setOption(intValue(), StreamSockets.IPPROTO_TCP, StreamSockets.TCP_QUICKACK, 1);
            if (result < 0) {
                trace("No acknowledgement", failure("setsockopt", result));
            }
        }
    }

    /** The number of bytes that were there, 0 for none, -1 where none will come any more. */
    int receive(long buffer, int length) throws IOException {
        return hasReceived(calls.receive(intValue(), buffer, length));
    }

    /** What {@link #receive} returns, where the call was made elsewhere and had this result. */
    int hasReceived(int count) throws IOException {
        if (count == 0) {
            return -1;
        }
        if (count > 0) {
            unacknowledged = Unacknowledged.BYTES;
            return count;
        }
        return noneIfAgain("recv", count);
    }

    /**
     * The number of bytes that the kernel took.
     *
     * @param last whether FIN follows at once: then it travels with the bytes
     */
    int send(long buffer, int length, boolean last) throws IOException {
        beforeSending();
        return hasSent(calls.send(intValue(), buffer, length, last));
    }

    /** What {@link #send} returns, where the call was made elsewhere and had this result. */
    static int hasSent(int count) throws IOException {
        return count >= 0 ? count : noneIfAgain("send", count);
    }

    private static int noneIfAgain(String call, int negated) throws IOException {
        if (negated == -Errno.EAGAIN.number()) {
            return 0;
        }
        throw failure(call, negated);
    }

    /** To be called before each system call that sends. */
    void beforeSending() throws IOException {
        unacknowledged = Unacknowledged.NOTHING;
        if (--sendsUntilPrompt < 0) {
            sendsUntilPrompt = Integer.MAX_VALUE;
            set(StreamSockets.IPPROTO_TCP, StreamSockets.TCP_NODELAY, 1);
        }
    }

    void shutdownOutput() throws IOException {
        check("shutdown", calls.shutdownOutput(intValue()));
    }

    /** The error that has been reported and not been seen, null for none. */
    @Nullable
    IOException error(String call) {
        int error = calls.takeError(intValue());
        return error == 0 ? null : failure(call, -error);
    }

    @Nullable
    AddressPort localAddress() {
        return calls.localAddress(intValue());
    }

    /** Makes close(2) send RST instead of FIN. */
    void resetOnClose() {
        int result = calls.lingerZero(intValue());
        if (result < 0) {
            trace("No RST possible", failure("setsockopt", result));
        }
    }

    void closeQuietly() {
        try {
            close();
        } catch (IOException e) {
            trace("Close failed", e);
        }
    }

    /** From here on it is not to be used but to close it: until then, the kernel does not hand its number out again. */
    void giveUp() {
        givenUp = true;
    }

    /** Closes one that was given up as a part of a batch; to be called once. */
    void close(CallBatch batch) {
        batch.close(intValue());
    }

    /** The outcome of {@link #close(CallBatch)}. */
    void hasClosed(int result) {
        if (result < 0) {
            trace("Close failed", failure("close", result));
        }
    }

    @Override
    public void close() throws IOException {
        giveUp();
        super.close();
    }

    @Override
    public boolean isOpen() {
        return !givenUp;
    }

    private void trace(String message, IOException cause) {
        LOG.atTrace()
                .addKeyValue("socket", this)
                .addKeyValue("cause", cause.toString())
                .log(message);
    }
}
