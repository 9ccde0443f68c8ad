package io.ballast.netty.handover;

import static io.ballast.netty.handover.Parties.NEWEST_POD;
import static io.ballast.netty.handover.Parties.NEW_POD;
import static io.ballast.netty.handover.Parties.OLD_POD;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.netty.handover.HandOverServer.State;
import io.ballast.netty.linux.UnixMessage;
import io.ballast.netty.linux.UnixSocket;
import io.ballast.netty.testing.Await;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who greets the process that serves, and what it is told. */
class GreetingTest {
    @RegisterExtension
    final Parties parties = new Parties();

    @Test
    void findsNobodyWhereNobodyServes() {
        assertThat(Predecessor.find(parties.name(), NEW_POD)).isEmpty();
    }

    /** Two successors at once: the one that serves has no ear for the second, and ends once the first has taken over. */
    @Test
    void findsWhoTookOverMeanwhile() throws Exception {
        UnixSocket busy = UnixSocket.listen(parties.name());
        CompletableFuture<Predecessor> second = CompletableFuture.supplyAsync(
                () -> Predecessor.find(parties.name(), NEW_POD).orElseThrow());
        UnixSocket waiting = busy.accept().orElseThrow();
        busy.close();
        waiting.close();

        parties.serve(OLD_POD, Set.of());

        parties.keep(second.get(30, TimeUnit.SECONDS));
    }

    @Test
    void tellsASecondSuccessorToStandByUntilTheFirstIsGone() throws Exception {
        HandOverServer server = parties.serve(OLD_POD, Set.of());
        Predecessor first = parties.find(NEW_POD);

        Predecessor second = parties.find(NEWEST_POD);

        assertThat(second.servesOn()).isTrue();
        assertThat(second.lives()).isTrue();
        assertThat(first.lives()).isTrue();
        assertThat(server.state()).isEqualTo(State.ANNOUNCED);
        first.close();
        Await.until("the second hears of it", () -> !second.lives());
        assertThat(parties.find(NEWEST_POD).servesOn()).isFalse();
    }

    @Test
    void tellsSilenceFromNobody() {
        parties.keep(HandOverServer.claimName(parties.name()).orElseThrow());

        Predecessor found = parties.find(NEW_POD);

        assertThat(found.isSilent()).isTrue();
        assertThat(found.servesOn()).isTrue();
        assertThat(found.lives()).isFalse();
    }

    @Test
    void tellsAPodThatWasReplacedToStandBy() throws Exception {
        HandOverServer server = parties.serve(NEW_POD, Set.of(OLD_POD.instance()));

        Predecessor found = parties.find(OLD_POD);

        assertThat(found.servesOn()).isTrue();
        assertThat(found.lives()).isTrue();
        assertThat(server.state()).isEqualTo(State.ALONE);
        server.close();
        Await.until("the end is noticed", () -> !found.lives());
    }

    @Test
    void refusesAnotherVersionAndGoesOn() {
        HandOverServer server = parties.serve(OLD_POD, Set.of());
        UnixSocket strange = UnixSocket.connect(parties.name()).orElseThrow();
        parties.keep(strange);
        strange.send("HELLO 999 - -", List.of());

        UnixMessage answer = strange.receive(Duration.ofSeconds(20)).orElseThrow();

        assertThat(answer.text()).startsWith("REFUSED").contains("999");
        assertThat(parties.find(NEW_POD).servesOn()).isFalse();
        assertThat(server.state()).isEqualTo(State.ANNOUNCED);
    }

    @Test
    void refusesAProcessThatServesOtherServices() {
        parties.serve(OLD_POD, Set.of());

        Predecessor found = parties.find(new Identity(NEW_POD.instance(), "another-proxy"));

        assertThat(found.refuses()).isTrue();
        assertThat(found.servesOn()).isFalse();
        assertThat(found.lives()).isFalse();
        assertThat(parties.find(NEW_POD).refuses()).isFalse();
    }
}
