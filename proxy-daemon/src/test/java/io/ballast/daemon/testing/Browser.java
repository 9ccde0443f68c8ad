package io.ballast.daemon.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ballast.netty.testing.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A headless Chromium with one page, led by its DevTools protocol. Confined to the test's thread. */
public final class Browser implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BLANK = "about:blank";
    /** A cold start on a busy machine. */
    private static final Duration START = Duration.ofMinutes(1);

    private static final int ANSWER_SECONDS = 30;

    private final Process process;
    private final Messages messages = new Messages();
    private final WebSocket socket;
    private int calls;

    private Browser(Process process, URI page) throws Exception {
        this.process = process;
        this.socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(page, messages)
                .get(ANSWER_SECONDS, TimeUnit.SECONDS);
    }

    /** @param directory for the profile; the browser's until it is closed */
    public static Browser open(Path directory) throws Exception {
        Process process = new ProcessBuilder(
                        "chromium",
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + directory,
                        BLANK)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            Browser browser = new Browser(process, page(process, directory));
            browser.call("Runtime.enable", Map.of());
            browser.call("Page.enable", Map.of());
            return browser;
        } catch (Exception | Error e) {
            end(process);
            throw e;
        }
    }

    /** Where the only page is led from. */
    private static URI page(Process process, Path directory) throws Exception {
        Path file = directory.resolve("DevToolsActivePort");
        Await.until("Chromium can be led", START, () -> {
            if (!process.isAlive()) {
                throw new AssertionError("Chromium ended with " + process.exitValue());
            }
            return Files.exists(file) && Files.readAllLines(file).size() > 1;
        });
        String port = Files.readAllLines(file).get(0);
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/list"))
                .build();
        HttpResponse<String> pages = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        for (JsonNode page : JSON.readTree(pages.body())) {
            if (page.path("type").asText().equals("page")) {
                return URI.create(page.path("webSocketDebuggerUrl").asText());
            }
        }
        throw new AssertionError("Chromium has no page: " + pages.body());
    }

    private JsonNode call(String method, Map<String, ?> parameters) throws Exception {
        int id = ++calls;
        ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
        message.set("params", JSON.valueToTree(parameters));
        CompletableFuture<JsonNode> answer = messages.await(id);
        socket.sendText(message.toString(), true);
        return answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
    }

    /** Goes to another page. What the scripts of the former one threw is forgotten. */
    public void show(URI address) throws Exception {
        call("Page.navigate", Map.of("url", BLANK));
        messages.exceptions.clear();
        call("Page.navigate", Map.of("url", address.toString()));
    }

    /** The value of an expression on the page, as text. */
    public String evaluate(String expression) throws Exception {
        return call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true))
                .at("/result/result/value")
                .asText();
    }

    /** What the page's scripts threw and nobody caught. */
    public List<String> exceptions() {
        return List.copyOf(messages.exceptions);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        socket.abort();
        end(process);
    }

    /** Its own processes end with it; the profile is free for deletion then. */
    private static void end(Process process) throws InterruptedException {
        List<ProcessHandle> all = process.descendants().toList();
        process.destroy();
        if (!process.waitFor(ANSWER_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        for (ProcessHandle each : all) {
            each.destroyForcibly();
            each.onExit().join();
        }
    }

    /** Puts fragments together and hands answers to those who wait for them. Thread-safe. */
    private static final class Messages implements WebSocket.Listener {
        private final Map<Integer, CompletableFuture<JsonNode>> awaited = new ConcurrentHashMap<>();
        private final List<String> exceptions = new CopyOnWriteArrayList<>();
        private final StringBuilder text = new StringBuilder();

        CompletableFuture<JsonNode> await(int id) {
            return awaited.computeIfAbsent(id, key -> new CompletableFuture<>());
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                receive(text.toString());
                text.setLength(0);
            }
            socket.request(1);
            return CompletableFuture.completedFuture(null);
        }

        private void receive(String message) {
            try {
                JsonNode tree = JSON.readTree(message);
                if (tree.has("id")) {
                    await(tree.path("id").asInt()).complete(tree);
                } else if (tree.path("method").asText().equals("Runtime.exceptionThrown")) {
                    exceptions.add(tree.path("params").toString());
                }
            } catch (IOException e) {
                exceptions.add("not JSON: " + message);
            }
        }
    }
}
