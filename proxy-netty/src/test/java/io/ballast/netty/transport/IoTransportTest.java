package io.ballast.netty.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class IoTransportTest {
    @ParameterizedTest
    @EnumSource(IoTransport.class)
    void isFoundByItsLabel(IoTransport transport) {
        assertThat(IoTransport.parse(transport.label())).isEqualTo(transport);
    }

    @Test
    void autoTakesWhatWorks() {
        assertThat(IoTransport.parse("auto")).isEqualTo(IoTransport.automatic());
        assertThat(IoTransport.automatic().isAvailable()).isTrue();
        assertThat(IoTransport.automatic()).isNotEqualTo(IoTransport.IO_URING);
    }

    @Test
    void unknownNamesAreRefusedWithAllThatThereAre() {
        assertThatThrownBy(() -> IoTransport.parse("kqueue"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("\"kqueue\" is not a transport; use auto, epoll, io_uring or nio");
    }

    @Test
    void nioWorksEverywhere() {
        assertThat(IoTransport.NIO.unavailability()).isEmpty();
        assertThat(IoTransport.NIO.hasDescriptors()).isFalse();
    }

    @Test
    void loopsRunOnThreadsOfTheGivenFactory() throws Exception {
        try (EventLoops loops = EventLoops.start(IoTransport.NIO, 3, body -> new Thread(body, "mine"))) {
            assertThat(loops.all()).hasSize(3);
            assertThat(loops.size()).isEqualTo(3);
            assertThat(loops.all()
                            .get(1)
                            .submit(() -> Thread.currentThread().getName())
                            .get())
                    .isEqualTo("mine");
        }
    }

    @Test
    void loopsAreTakenInTurn() {
        try (EventLoops loops = EventLoops.start(IoTransport.NIO, 2)) {
            assertThat(List.of(loops.next(), loops.next(), loops.next()))
                    .containsExactly(
                            loops.all().get(0), loops.all().get(1), loops.all().get(0));
        }
    }
}
