package io.ballast.daemon.connectionlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.ballast.core.model.AddressPort;
import io.ballast.core.model.CloseReason;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Protocol;
import io.ballast.core.model.ServicePortName;
import io.ballast.netty.tcp.ConnectionView;
import io.ballast.netty.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonConnectionLogTest {
    @TempDir
    Path directory;

    private static ConnectionView connection(long id) {
        return new ConnectionView(
                id,
                new ServicePortName(new NamespacedName("default", "web"), "http", Protocol.TCP),
                new AddressPort(IpAddress.parse("10.244.0.7"), 40000),
                new Frontend(Protocol.TCP, IpAddress.parse("10.96.0.10"), 80),
                new AddressPort(IpAddress.parse("10.244.0.9"), 8080),
                new AddressPort(IpAddress.parse("192.0.2.1"), 50000),
                120,
                4096,
                Instant.parse("2026-01-02T03:04:05Z"),
                "closed");
    }

    private Path file() {
        return directory.resolve("connections.log");
    }

    @Test
    void writesALineForEachConnection() throws IOException {
        try (JsonConnectionLog log = JsonConnectionLog.open(file().toString())) {
            log.closed(connection(1), CloseReason.FINISHED, Duration.ofMillis(1500));
            log.closed(connection(2), CloseReason.CLIENT_RESET, Duration.ZERO);
        }

        assertThat(Files.readAllLines(file())).hasSize(2);
        JsonNode line = new JsonMapper().readTree(Files.readAllLines(file()).get(0));
        assertThat(line.path("service").asText()).isEqualTo("web");
        assertThat(line.path("client").asText()).isEqualTo("10.244.0.7:40000");
        assertThat(line.path("frontend").asText()).isEqualTo("10.96.0.10:80");
        assertThat(line.path("source").asText()).isEqualTo("192.0.2.1:50000");
        assertThat(line.path("durationMillis").asLong()).isEqualTo(1500);
        assertThat(line.path("reason").asText()).isEqualTo("finished");
        assertThat(line.path("bytesToClient").asLong()).isEqualTo(4096);
    }

    @Test
    void followsARotation() throws Exception {
        try (JsonConnectionLog log = JsonConnectionLog.open(file().toString())) {
            log.closed(connection(1), CloseReason.FINISHED, Duration.ZERO);
            Await.until("the first line is written", () -> Files.size(file()) > 0);
            Files.move(file(), directory.resolve("connections.log.1"));
            log.closed(connection(2), CloseReason.FINISHED, Duration.ZERO);
        }

        assertThat(Files.readAllLines(directory.resolve("connections.log.1"))).hasSize(1);
        assertThat(Files.readAllLines(file())).hasSize(1);
    }

    @Test
    void countsWhatItCannotWriteAndNeverThrows() throws Exception {
        JsonConnectionLog log = JsonConnectionLog.open("/dev/full");
        log.closed(connection(1), CloseReason.FINISHED, Duration.ZERO);

        log.close();

        assertThat(log.dropped()).isPositive();
    }

    @Test
    void saysWhichFileCannotBeOpened() {
        assertThatThrownBy(() -> JsonConnectionLog.open("/no/such/directory/log"))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("--connection-log: cannot open /no/such/directory/log");
    }
}
