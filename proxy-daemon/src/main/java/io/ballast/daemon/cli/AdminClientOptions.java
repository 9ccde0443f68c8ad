package io.ballast.daemon.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.ballast.daemon.config.GoDurationConverter;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of every command that asks a running daemon: a Picocli mixin that also does the asking and the showing. */
final class AdminClientOptions {
    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    @Option(
            names = "--server",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:10249",
            description = "Admin server of the daemon. Default: ${DEFAULT-VALUE}.")
    private String server = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            converter = OutputFormat.Converter.class,
            description = "table or json. Default: ${DEFAULT-VALUE}.")
    private OutputFormat output = OutputFormat.TABLE;

    @Option(
            names = {"-w", "--watch"},
            description = "Show again and again, until interrupted.")
    private boolean watch;

    @Option(
            names = "--interval",
            paramLabel = "DURATION",
            defaultValue = "2s",
            converter = GoDurationConverter.class,
            description = "Pause between two looks with --watch. Default: ${DEFAULT-VALUE}.")
    private Duration interval = Duration.ZERO;

    /**
     * Asks for a path and shows the answer as it was asked for.
     *
     * @param path absolute path with its query, already encoded
     * @param text turns the answer into lines for people
     * @return the exit code
     */
    int show(String path, Function<JsonNode, String> text) throws AdminException {
        CommandLine commandLine = commandLine();
        AdminClient client = new AdminClient(serverAddress(commandLine));
        PrintWriter out = commandLine.getOut();
        try {
            print(out, client.get(path), text);
            while (watch) {
                Thread.sleep(Math.max(1, interval.toMillis()));
                showAgain(commandLine, client, path, text);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        return CommandLine.ExitCode.OK;
    }

    /** While watching, a daemon that restarts is worth a line and no more. */
    private void showAgain(CommandLine commandLine, AdminClient client, String path, Function<JsonNode, String> text)
            throws InterruptedException {
        try {
            JsonNode answer = client.get(path);
            commandLine.getOut().println();
            print(commandLine.getOut(), answer, text);
        } catch (AdminException e) {
            commandLine.getErr().println(e.getMessage());
            commandLine.getErr().flush();
        }
    }

    private void print(PrintWriter out, JsonNode answer, Function<JsonNode, String> text) {
        out.println(
                output == OutputFormat.JSON
                        ? answer.toPrettyString()
                        : text.apply(answer).stripTrailing());
        out.flush();
    }

    private CommandLine commandLine() {
        if (command == null) {
            throw new IllegalStateException("Picocli gives every command its specification before it runs");
        }
        return command.commandLine();
    }

    private URI serverAddress(CommandLine commandLine) {
        try {
            URI uri = new URI(server.contains("://") ? server : "http://" + server);
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (URISyntaxException e) {
            throw notAddress(commandLine, e);
        }
        throw notAddress(commandLine, null);
    }

    private ParameterException notAddress(CommandLine commandLine, @Nullable Exception cause) {
        return new ParameterException(
                commandLine,
                "--server: \"" + server + "\" is not an address; want for example http://127.0.0.1:10249",
                cause);
    }
}
