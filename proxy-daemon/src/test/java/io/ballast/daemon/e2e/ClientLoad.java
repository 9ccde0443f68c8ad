package io.ballast.daemon.e2e;

import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Clients that ask without a pause, one question after the other, each on a thread of its own. Thread-safe. */
final class ClientLoad implements AutoCloseable {
    private final Map<String, LongAdder> answers = new ConcurrentHashMap<>();
    private final List<AtomicInteger> counts = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean ended;

    /** One question, and the answer to count. */
    interface Question {
        String ask() throws Exception;
    }

    /** Connects, and reads a line. */
    void tcp(Machine from, String address, int port) {
        ask(from.name() + " tcp " + address, () -> Dial.tcpServer(from, address, port));
    }

    void udp(Machine from, String address, int port) {
        ask(from.name() + " udp " + address, () -> Dial.udpServer(from, address, port, 100));
    }

    void ask(String name, Question question) {
        AtomicInteger count = new AtomicInteger();
        counts.add(count);
        Thread thread = new Thread(() -> run(name, question, count), name);
        thread.start();
        threads.add(thread);
    }

    private void run(String name, Question question, AtomicInteger count) {
        while (!ended) {
            String answer;
            try {
                answer = question.ask();
            } catch (Exception e) {
                answer = e.toString();
            }
            answers.computeIfAbsent(name + ": " + answer, first -> new LongAdder())
                    .increment();
            count.incrementAndGet();
        }
    }

    /** Returns once every client has had so many more answers. */
    void awaitMore(int more) throws Exception {
        List<Integer> before = counts.stream().map(AtomicInteger::get).toList();
        for (int i = 0; i < counts.size(); i++) {
            int client = i;
            Await.until(
                    threads.get(i).getName() + " has asked " + more + " times more",
                    () -> counts.get(client).get() >= before.get(client) + more);
        }
    }

    /** Answers other than these, with the number of times. */
    Map<String, Long> answersOtherThan(String... expected) {
        Map<String, Long> others = new TreeMap<>();
        answers.forEach((answer, count) -> {
            if (!List.of(expected).contains(answer.substring(answer.lastIndexOf(": ") + 2))) {
                others.put(answer, count.sum());
            }
        });
        return others;
    }

    @Override
    public String toString() {
        return answers.toString();
    }

    @Override
    public void close() throws InterruptedException {
        ended = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
