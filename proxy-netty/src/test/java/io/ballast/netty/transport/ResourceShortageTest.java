package io.ballast.netty.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.netty.linux.DescriptorLimit;
import io.netty.channel.unix.Errors.NativeIoException;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ResourceShortageTest {
    private final IOException outOfFiles = new IOException("Too many open files");

    private long nanos;
    private final ResourceShortage shortage = new ResourceShortage(() -> nanos, new DescriptorLimit(256));

    @BeforeAll
    static void loadNativeTexts() {
        assertThat(IoTransport.EPOLL.isAvailable()).isTrue();
    }

    private void pass(long millis) {
        nanos += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Test
    void isAbsentAtFirst() {
        assertThat(shortage.pauseMillis()).isZero();
    }

    @Test
    void pausesLongerEachTimeUpToASecond() {
        long[] expected = {10, 20, 40, 80, 160, 320, 640, 1000, 1000};
        for (long pause : expected) {
            shortage.reported(outOfFiles);
            assertThat(shortage.pauseMillis()).isBetween(pause, pause + 1);
            pass(pause);
            assertThat(shortage.pauseMillis()).isZero();
        }
    }

    @Test
    void countsReportsOfOnePauseOnce() {
        shortage.reported(outOfFiles);
        pass(5);
        shortage.reported(outOfFiles);
        pass(5);
        assertThat(shortage.pauseMillis()).isZero();
        shortage.reported(outOfFiles);
        assertThat(shortage.pauseMillis()).isBetween(20L, 21L);
    }

    @Test
    void startsAfreshAfterAWhileWithoutTrouble() {
        shortage.reported(outOfFiles);
        pass(10);
        shortage.reported(outOfFiles);
        pass(5000);
        shortage.opened(40);
        shortage.reported(outOfFiles);
        assertThat(shortage.pauseMillis()).isBetween(10L, 11L);
    }

    @Test
    void oneSocketSoonAfterwardsIsNoRecovery() {
        shortage.reported(outOfFiles);
        pass(100);
        shortage.opened(40);
        shortage.reported(outOfFiles);
        assertThat(shortage.pauseMillis()).isBetween(20L, 21L);
    }

    @Test
    void keepsSomeDescriptorsForOthers() {
        shortage.opened(223);
        assertThat(shortage.pauseMillis()).isZero();
        shortage.opened(224);
        assertThat(shortage.pauseMillis()).isPositive();
    }

    @Test
    void aProbeFindsNothingWrongWhereThereAreDescriptors() {
        ResourceShortage plenty = new ResourceShortage(() -> nanos);
        plenty.probe();
        assertThat(plenty.pauseMillis()).isZero();
        ResourceShortage none = new ResourceShortage(() -> nanos, new DescriptorLimit(17));
        none.probe();
        assertThat(none.pauseMillis()).isPositive();
    }

    @Test
    void knowsWhatRunsOut() {
        assertThat(ResourceShortage.isMeantBy(outOfFiles)).isTrue();
        assertThat(ResourceShortage.isMeantBy(new IOException(outOfFiles))).isTrue();
        assertThat(ResourceShortage.isMeantBy(new NativeIoException("accept", -24)))
                .isTrue();
        assertThat(ResourceShortage.isMeantBy(new NativeIoException("accept", -23)))
                .isTrue();
        assertThat(ResourceShortage.isMeantBy(new NativeIoException("accept", -103)))
                .isFalse();
        assertThat(ResourceShortage.isMeantBy(new IOException("Connection aborted")))
                .isFalse();
    }
}
