package io.ballast.netty.handover;

import io.ballast.netty.linux.SystemCallException;
import io.ballast.netty.linux.UnixMessage;
import io.ballast.netty.linux.UnixSocket;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those who have greeted the process that serves: one that may take over, others that stand by until their connection
 * ends. Who greets is answered at once, since one that hears nothing would serve beside the others. Confined to one
 * thread, but for {@link #successor} and {@link #close}.
 */
final class Applicants {
    private static final Logger log = LoggerFactory.getLogger(Applicants.class);
    /** Who connects greets at once; the next one waits meanwhile, and not for ever. */
    private static final Duration GREETING = Duration.ofSeconds(2);

    private final Identity self;
    private final Set<String> replaced;
    private volatile @Nullable UnixSocket successor;
    /** Processes of pods that were replaced; the end of this one tells them that they are needed again. */
    private final Set<UnixSocket> standby = ConcurrentHashMap.newKeySet();
    /** Came when a successor had started already; they ask again once that one has taken over or is gone. */
    private final Set<UnixSocket> late = ConcurrentHashMap.newKeySet();

    private volatile boolean closed;

    /** @param replaced instances that were taken over from, by this process or before it */
    Applicants(Identity self, Set<String> replaced) {
        this.self = self;
        this.replaced = new HashSet<>(replaced);
        this.replaced.remove(self.instance());
    }

    /** Who may take over now. Any thread. */
    @Nullable
    UnixSocket successor() {
        return successor;
    }

    /** Pods that are not to take over again, once this process has handed over. */
    Set<String> leaving() {
        Set<String> leaving = new HashSet<>(replaced);
        if (self.isPod()) {
            leaving.add(self.instance());
        }
        return leaving;
    }

    /** @param welcoming runs before a successor hears that it is one */
    void greet(UnixSocket connection, Runnable welcoming) {
        boolean kept = false;
        try {
            forgetEnded(standby);
            forgetEnded(late);
            Optional<UnixMessage> greeting = connection.receive(GREETING);
            kept = greeting.isPresent() && answer(connection, greeting.get(), welcoming) && !closed;
        } catch (SystemCallException e) {
            log.atInfo().addKeyValue("reason", e.getMessage()).log("A successor did not go through with it");
        } finally {
            if (!kept) {
                connection.close();
            }
        }
    }

    private static void forgetEnded(Set<UnixSocket> waiting) {
        waiting.removeIf(connection -> {
            boolean ended = !connection.isConnected();
            if (ended) {
                connection.close();
            }
            return ended;
        });
    }

    private boolean answer(UnixSocket connection, UnixMessage greeting, Runnable welcoming) {
        try (greeting) {
            List<String> words = Words.head(greeting);
            String refusal = refusal(connection, words);
            if (!refusal.isEmpty()) {
                connection.send(Words.REFUSED + " " + refusal, List.of());
                log.atWarn().addKeyValue("reason", refusal).log("A process that asked to take over was refused");
                return false;
            }
            boolean wasReplaced = replaced.contains(words.get(2));
            if (wasReplaced || successor != null) {
                (wasReplaced ? standby : late).add(connection);
                connection.send(Words.STANDBY, List.of());
                return true;
            }
            welcoming.run();
            connection.send(Words.WELCOME, List.of());
            successor = connection;
            log.atInfo().addKeyValue("pid", connection.peer().pid()).log("A successor has started");
            return true;
        }
    }

    private String refusal(UnixSocket connection, List<String> words) {
        if (!Predecessor.isTrusted(connection)) {
            return "only root and the same user may take over";
        }
        if (words.size() < 4 || !words.get(0).equals(Words.HELLO)) {
            return "no greeting of a Ballast";
        }
        if (!words.get(1).equals(Integer.toString(Words.VERSION))) {
            return "protocol version " + words.get(1) + " is not " + Words.VERSION;
        }
        return words.get(3).equals(self.scope()) ? "" : "it serves the Services of another service-proxy-name";
    }

    /** The successor did not take over: the next one may. */
    void dismiss() {
        UnixSocket gone = successor;
        successor = null;
        if (gone != null) {
            gone.close();
        }
        sendOnLate();
    }

    /** Those who came late are to ask whoever serves now. */
    void sendOnLate() {
        late.forEach(UnixSocket::close);
        late.clear();
    }

    /**
     * Any thread.
     *
     * @param handedOver whether the successor's connection tells it that this process lives, until its last connection has ended
     */
    void close(boolean handedOver) {
        closed = true;
        standby.forEach(UnixSocket::close);
        late.forEach(UnixSocket::close);
        UnixSocket last = successor;
        if (last != null && !handedOver) {
            last.close();
        }
    }
}
