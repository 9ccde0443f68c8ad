package io.ballast.netty.tcp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/** Bytes that must arrive as they were sent, and threads that send and receive them. */
final class Payload {
    private Payload() {}

    /** Incompressible, and the same at every call. */
    static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(length).nextBytes(bytes);
        return bytes;
    }

    /** Sends all and FIN. The result fails when the connection does. */
    static CompletableFuture<Void> send(Socket socket, byte[] bytes) {
        return onThread(() -> {
                    socket.getOutputStream().write(bytes);
                    socket.shutdownOutput();
                    return bytes.length;
                })
                .thenAccept(length -> {});
    }

    /** The hash of all that arrives up to FIN. */
    static CompletableFuture<String> receive(Socket socket) {
        return onThread(() -> hash(socket.getInputStream()));
    }

    static String hash(byte[] bytes) {
        return HexFormat.of().formatHex(digest().digest(bytes));
    }

    static String hash(InputStream stream) throws IOException {
        MessageDigest digest = digest();
        byte[] buffer = new byte[64 * 1024];
        for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
            digest.update(buffer, 0, count);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private interface Work<T> {
        T run() throws IOException;
    }

    private static <T> CompletableFuture<T> onThread(Work<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                result.complete(work.run());
            } catch (IOException e) {
                result.completeExceptionally(new UncheckedIOException(e));
            }
        });
        thread.setDaemon(true);
        thread.start();
        return result;
    }
}
