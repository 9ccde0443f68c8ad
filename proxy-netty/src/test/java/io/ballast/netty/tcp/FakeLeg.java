package io.ballast.netty.tcp;

import io.ballast.core.model.AddressPort;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Records what it is told. */
final class FakeLeg implements Leg {
    final List<String> calls = new ArrayList<>();
    boolean inputEnded;
    long pending;

    @Override
    public void relayTo(Leg peer) {
        calls.add("relay");
    }

    @Override
    public void send(byte[] bytes) {
        calls.add("send " + new String(bytes, StandardCharsets.US_ASCII).trim());
    }

    @Override
    public void finish() {
        calls.add("finish");
    }

    @Override
    public void discard() {
        calls.add("discard");
    }

    @Override
    public boolean isInputEnded() {
        return inputEnded;
    }

    @Override
    public long pendingBytes() {
        return pending;
    }

    @Override
    public void closeNow() {
        calls.add("close");
    }

    @Override
    public void reset() {
        calls.add("reset");
    }

    @Override
    public Optional<AddressPort> localAddress() {
        return Optional.empty();
    }
}
