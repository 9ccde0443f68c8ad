package io.ballast.daemon.k8s;

import static io.ballast.daemon.testing.ApiObjects.name;
import static io.ballast.daemon.testing.ApiObjects.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.daemon.testing.Await;
import io.ballast.daemon.testing.TestApiServer;
import io.ballast.daemon.testing.TestFault;
import io.ballast.daemon.testing.TestRequest;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How soon the source is back after an API server that was there all the time and answered errors. */
class KubernetesRecoveryIT {
    /** More than back-off takes to reach its limit. */
    private static final int MANY = 10;

    @RegisterExtension
    final FollowedServer followed = new FollowedServer();

    private final TestApiServer server = followed.server();
    private final SourceFixture fixture = followed.fixture();

    @BeforeEach
    void serveOne() {
        server.put(service("a", "10.96.0.1"));
    }

    private void connectAndFollow() {
        fixture.start().connected();
        server.awaitWatches();
        fixture.pauses.clear();
    }

    private void awaitB() {
        Await.until("b", () -> fixture.sink.services().containsKey(name("b")));
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 429, 500, 503})
    void asksOftenForAWatchThatIsRefused(int code) {
        connectAndFollow();
        for (int i = 0; i < MANY; i++) {
            server.failNext(TestRequest::isServiceWatch, new TestFault.Status(code, "Injected"));
        }

        server.cutWatches();
        server.put(service("b", "10.96.0.2"));
        awaitB();

        assertThat(fixture.pauses).hasSizeGreaterThanOrEqualTo(MANY).allMatch(pause -> pause.toMillis() < 100);
        assertThat(server.count(TestRequest::isServiceList)).isEqualTo(1);
        assertThat(fixture.sink.calls()).noneMatch(call -> call.startsWith("delete"));
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 429, 500, 503})
    void asksOftenForAListThatIsRefused(int code) {
        for (int i = 0; i < MANY; i++) {
            server.failNext(TestRequest::isServiceList, new TestFault.Status(code, "Injected"));
        }

        fixture.start().connected();

        assertThat(fixture.pauses).hasSizeGreaterThanOrEqualTo(MANY).allMatch(pause -> pause.toMillis() < 100);
        assertThat(fixture.sink.services()).containsOnlyKeys(name("a"));
    }

    /** Waits do not grow while the server says itself when to come back; it names seconds, the fixture's limit is less. */
    @Test
    void comesBackWhenTheServerSays() {
        connectAndFollow();
        for (int i = 0; i < 4; i++) {
            server.failNext(TestRequest::isServiceWatch, new TestFault.Busy(i % 2 == 0 ? 429 : 503, 1));
        }

        server.cutWatches();
        server.put(service("b", "10.96.0.2"));
        awaitB();

        assertThat(fixture.pauses)
                .filteredOn(pause -> pause.toMillis() >= 100)
                .hasSize(4)
                .allMatch(pause -> pause.toMillis() >= 300 && pause.toMillis() < 450);
    }

    /** Lists are what hurts a server: a storm of expired versions must not become a storm of lists. */
    @Test
    void listsMoreAndMoreSeldomWhileEveryVersionExpiresAtOnce() {
        connectAndFollow();
        for (int i = 0; i < MANY; i++) {
            server.failNext(TestRequest::isServiceWatch, new TestFault.Status(410, "Expired"));
        }

        server.cutWatches();
        server.put(service("b", "10.96.0.2"));
        awaitB();
        Await.until("followed again", () -> server.openWatches() == 3);

        assertThat(server.count(TestRequest::isServiceList)).isEqualTo(1 + MANY);
        assertThat(fixture.pauses).filteredOn(pause -> pause.toMillis() >= 300).hasSizeGreaterThanOrEqualTo(4);
        assertThat(fixture.sink.services()).containsOnlyKeys(name("a"), name("b"));
        assertThat(fixture.sink.calls()).noneMatch(call -> call.startsWith("delete"));
    }

    @Test
    void followsOnAfterAnObjectThatWasCutInTwo() {
        connectAndFollow();

        server.garble("{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"name\":\"b\",\"namespace\":\"shop\",\"resour");
        server.cutWatches();
        server.put(service("b", "10.96.0.2"));
        awaitB();

        assertThat(fixture.sink.service("b").clusterIp()).isEqualTo("10.96.0.2");
        assertThat(server.count(TestRequest::isServiceList)).isEqualTo(1);
    }

    /** A refused token makes the client anew; what others asked of the old one must not be waited for in vain. */
    @Test
    void asksAgainAtOnceForWhatWasAskedWithARefusedToken() {
        CountDownLatch never = new CountDownLatch(1);
        server.failNext(request -> request.isFor("endpointslices") && request.isList(), new TestFault.Delayed(never));
        Duration patience = Duration.ofMinutes(5);
        try (SourceFixture patient = new SourceFixture(server.url(), "", patience, Duration.ZERO, patience)) {
            patient.start();
            Await.until(
                    "slices are asked for and the others followed",
                    () -> server.count(request -> request.isFor("endpointslices")) == 1 && server.openWatches() == 2);
            server.failNext(TestRequest::isServiceWatch, new TestFault.Status(401, "Unauthorized"));

            server.cutWatches();

            patient.connected();
            assertThat(patient.requests).contains("GET 401");
        } finally {
            never.countDown();
        }
    }

    /** Accepted, and then nothing: client-go has no limit for either. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void asksAgainForWhatNeverBegins(boolean watch) {
        Predicate<TestRequest> hangs = watch ? TestRequest::isServiceWatch : TestRequest::isServiceList;
        CountDownLatch never = new CountDownLatch(1);
        server.failNext(hangs, new TestFault.Delayed(never));
        try (SourceFixture impatient =
                new SourceFixture(server.url(), "", Duration.ofSeconds(30), Duration.ZERO, Duration.ofMillis(500))) {

            impatient.start().connected();

            assertThat(impatient.sink.services()).containsOnlyKeys(name("a"));
            assertThat(server.count(hangs)).isEqualTo(2);
            assertThat(server.count(TestRequest::isServiceList)).isEqualTo(watch ? 1 : 2);
        } finally {
            never.countDown();
        }
    }
}
