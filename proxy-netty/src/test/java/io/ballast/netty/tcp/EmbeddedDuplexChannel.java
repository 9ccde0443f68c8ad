package io.ballast.netty.tcp;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DuplexChannel;

/** A channel in memory whose halves can be shut down, and whose writes can be made to wait. */
final class EmbeddedDuplexChannel extends EmbeddedChannel implements DuplexChannel {
    private boolean outputShutdown;
    private boolean blocked;

    void blockWrites() {
        blocked = true;
    }

    void unblockWrites() {
        blocked = false;
        flush();
        runPendingTasks();
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer in) throws Exception {
        if (!blocked) {
            super.doWrite(in);
        }
    }

    @Override
    public boolean isInputShutdown() {
        return false;
    }

    @Override
    public ChannelFuture shutdownInput() {
        return shutdownInput(newPromise());
    }

    @Override
    public ChannelFuture shutdownInput(ChannelPromise promise) {
        return promise.setSuccess();
    }

    @Override
    public boolean isOutputShutdown() {
        return outputShutdown;
    }

    @Override
    public ChannelFuture shutdownOutput() {
        return shutdownOutput(newPromise());
    }

    @Override
    public ChannelFuture shutdownOutput(ChannelPromise promise) {
        outputShutdown = true;
        return promise.setSuccess();
    }

    @Override
    public boolean isShutdown() {
        return outputShutdown;
    }

    @Override
    public ChannelFuture shutdown() {
        return shutdown(newPromise());
    }

    @Override
    public ChannelFuture shutdown(ChannelPromise promise) {
        return shutdownOutput(promise);
    }
}
