package io.ballast.daemon.e2e;

import io.ballast.netty.testing.Machine;
import java.net.HttpURLConnection;
import java.net.URI;

/** The status that an HTTP server of a machine answers, asked on a connection of its own. Stateless. */
final class HttpStatus {
    private HttpStatus() {}

    static String of(Machine machine, String url) throws Exception {
        return machine.run(() -> {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(url).toURL().openConnection();
            connection.setRequestProperty("Connection", "close");
            connection.setConnectTimeout(5_000);
            connection.setReadTimeout(10_000);
            try {
                return Integer.toString(connection.getResponseCode());
            } finally {
                connection.disconnect();
            }
        });
    }
}
