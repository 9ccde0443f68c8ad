package io.ballast.daemon.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.function.Consumer;

/** One open watch: an answer that stays open and gets a line of JSON for every event. Thread-safe. */
final class TestWatch {
    private interface Writing {
        void run() throws IOException;
    }

    private final TestConnection connection;
    private final Consumer<TestWatch> gone;
    private boolean closed;

    TestWatch(TestConnection connection, Consumer<TestWatch> gone) {
        this.connection = connection;
        this.gone = gone;
    }

    void event(String type, JsonNode object) {
        ObjectNode event = JsonNodeFactory.instance.objectNode().put("type", type);
        event.set("object", object);
        write(event + "\n");
    }

    void bookmark(long version) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.putObject("metadata").put("resourceVersion", String.valueOf(version));
        event("BOOKMARK", object);
    }

    /** Says that the version is too old, and ends. */
    void expire() {
        event("ERROR", TestApiServer.status(410, "Expired", "too old resource version"));
        end();
    }

    void write(String text) {
        if (!attempt(() -> connection.chunk(text))) {
            gone.accept(this);
        }
    }

    /** Ends the answer as the server does after {@code timeoutSeconds}. */
    void end() {
        gone.accept(this);
        attempt(connection::endChunks);
        close();
    }

    /** Cuts the connection. */
    void cut() {
        gone.accept(this);
        close();
    }

    private synchronized void close() {
        closed = true;
        connection.cut();
    }

    /** False when the client has gone, which is how a watch ends. */
    private synchronized boolean attempt(Writing writing) {
        if (closed) {
            return true;
        }
        try {
            writing.run();
            return true;
        } catch (IOException e) {
            closed = true;
            return false;
        }
    }
}
