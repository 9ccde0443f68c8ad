package io.ballast.daemon.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.ballast.core.model.GoDuration;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ballast connections}: what is open right now. */
@Command(name = "connections", description = "Lists the connections and UDP sessions that are open.")
final class ConnectionsCommand implements Callable<Integer> {
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

    @Mixin
    private AdminClientOptions admin = new AdminClientOptions();

    @Option(
            names = {"-l", "--limit"},
            paramLabel = "N",
            defaultValue = "100",
            description = "At most this many. Default: ${DEFAULT-VALUE}.")
    private int limit;

    @Parameters(
            arity = "0..1",
            paramLabel = "NAMESPACE/NAME",
            converter = ServiceName.Converter.class,
            description = "Only connections of this Service.")
    private @Nullable ServiceName service;

    @Override
    public Integer call() throws AdminException {
        String filter = service == null ? "" : "&service=" + service.namespace() + "/" + service.name();
        return admin.show("/api/connections?limit=" + Math.max(0, limit) + filter, ConnectionsCommand::text);
    }

    private static String text(JsonNode answer) {
        Table table = new Table(
                "ID",
                "SERVICE",
                "PORT",
                "PROTOCOL",
                "CLIENT",
                "FRONTEND",
                "ENDPOINT",
                "SOURCE",
                "AGE",
                "TO-ENDPOINT",
                "TO-CLIENT",
                "STATE");
        JsonNode connections = answer.path("connections");
        for (JsonNode connection : connections) {
            table.row(
                    connection.path("id").asText(),
                    connection.path("service").asText(),
                    connection.path("port").asText(),
                    connection.path("protocol").asText(),
                    connection.path("client").asText(),
                    connection.path("frontend").asText(),
                    connection.path("endpoint").asText(),
                    connection.path("source").asText(),
                    GoDuration.format(
                            Duration.ofSeconds(connection.path("ageSeconds").asLong())),
                    bytes(connection.path("bytesToEndpoint").asLong()),
                    bytes(connection.path("bytesToClient").asLong()),
                    connection.path("state").asText());
        }
        if (table.isEmpty()) {
            return "No connections.\n";
        }
        long total = answer.path("total").asLong(connections.size());
        return total > connections.size()
                ? table + "\n" + connections.size() + " of " + total + "\n"
                : table.toString();
    }

    /** {@code 512B}, {@code 1.5KiB}. */
    static String bytes(long count) {
        double amount = count;
        int unit = 0;
        while (amount >= 1024 && unit < UNITS.length - 1) {
            amount /= 1024;
            unit++;
        }
        return unit == 0 ? count + "B" : String.format(Locale.ROOT, "%.1f%s", amount, UNITS[unit]);
    }
}
