package io.ballast.daemon.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.ballast.core.model.IpAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ballast explain}: what would become of a connection, step by step. */
@Command(
        name = "explain",
        description = "Tells what the running daemon would do with a connection, and why; opens none.")
final class ExplainCommand implements Callable<Integer> {
    @Mixin
    private AdminClientOptions admin = new AdminClientOptions();

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(index = "0", paramLabel = "CLIENT_IP", description = "Address of the client.")
    private String client = "";

    @Parameters(
            index = "1",
            paramLabel = "FRONTEND_IP:PORT[/udp]",
            description = "What the client connects to, such as 10.96.0.10:53/udp or [2001:db8::1]:443.")
    private String frontend = "";

    @Override
    public Integer call() throws AdminException {
        if (IpAddress.tryParse(client).isEmpty()) {
            throw mistake("CLIENT_IP: \"" + client + "\" is not an IP address; want for example 192.0.2.10");
        }
        if (!isFrontend(frontend)) {
            throw mistake("FRONTEND_IP:PORT: \"" + frontend
                    + "\" is not one; want for example 10.96.0.10:80, 10.96.0.10:53/udp or [2001:db8::1]:443");
        }
        return admin.show(
                "/api/explain?client=" + encoded(client) + "&frontend=" + encoded(frontend), ExplainCommand::text);
    }

    private static boolean isFrontend(String text) {
        String address = text.replaceFirst("/(tcp|udp|sctp|TCP|UDP|SCTP)$", "");
        int colon = address.lastIndexOf(':');
        if (colon < 0 || !address.substring(colon + 1).matches("[0-9]{1,5}")) {
            return false;
        }
        String host = address.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        String bare = bracketed ? host.substring(1, host.length() - 1) : host;
        return IpAddress.tryParse(bare)
                .filter(parsed -> parsed.isIpv4() || bracketed)
                .isPresent();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private ParameterException mistake(String message) {
        if (spec == null) {
            throw new IllegalStateException("Picocli gives every command its specification before it runs");
        }
        return new ParameterException(spec.commandLine(), message);
    }

    private static String text(JsonNode answer) {
        StringBuilder text = new StringBuilder();
        text.append(answer.path("client").asText()).append(" -> ");
        text.append(answer.path("frontend").asText()).append('\n');
        Table steps = new Table("", "STEP", "DETAIL");
        int number = 1;
        for (JsonNode step : answer.path("steps")) {
            steps.row(
                    number++ + ".",
                    step.path("step").asText(),
                    step.path("detail").asText());
        }
        if (!steps.isEmpty()) {
            text.append(steps);
        }
        String endpoint = answer.path("endpoint").asText();
        String reason = answer.path("reason").asText();
        text.append("Verdict: ").append(answer.path("verdict").asText());
        text.append(isGiven(endpoint) ? " to " + endpoint : "");
        return text.append(isGiven(reason) ? " (" + reason + ")\n" : "\n").toString();
    }

    private static boolean isGiven(String text) {
        return !text.isEmpty() && !text.equals("null");
    }
}
