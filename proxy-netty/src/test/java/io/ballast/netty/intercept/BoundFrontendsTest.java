package io.ballast.netty.intercept;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.Protocol;
import io.ballast.netty.linux.DescriptorLimit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BoundFrontendsTest {
    /** 32 are for everything else, and three quarters of the rest may listen. */
    private static final DescriptorLimit LIMIT = new DescriptorLimit(72);

    private static final int MOST = 30;

    private final Set<Frontend> open = new HashSet<>();
    private final List<Integer> descriptors = new ArrayList<>();
    private int descriptorsEach = 1;
    private int descriptorsPerLoop = 1;
    private final BoundFrontends frontends = new BoundFrontends(new Sockets(), new Sockets(), LIMIT);

    @Test
    void leavesDescriptorsForConnections() {
        for (int port = 1; port <= MOST; port++) {
            assertThat(frontends.open(frontend(port), false)).isEmpty();
        }

        assertThat(frontends.open(frontend(MOST + 1), false))
                .contains("10.96.0.10:31/", "30 frontends have sockets", "LimitNOFILE", "--intercept=sk-lookup");
        assertThat(open).hasSize(MOST).doesNotContain(frontend(MOST + 1));
    }

    @Test
    void opensAnotherOnceOneIsClosed() {
        for (int port = 1; port <= MOST; port++) {
            frontends.open(frontend(port), false);
        }

        assertThat(frontends.open(frontend(1), true))
                .as("the same, steered now")
                .isEmpty();
        frontends.close(frontend(2));
        assertThat(frontends.open(frontend(MOST + 1), false)).isEmpty();

        assertThat(open).hasSize(MOST).contains(frontend(1), frontend(MOST + 1));
    }

    @Test
    void countsEachOfAFrontendsDescriptors() {
        descriptorsEach = 2;
        descriptorsPerLoop = 2;
        for (int port = 1; port <= MOST / 2; port++) {
            assertThat(frontends.open(frontend(port), false)).isEmpty();
        }

        assertThat(frontends.open(frontend(MOST), false)).contains("LimitNOFILE");
        frontends.close(frontend(1));
        assertThat(frontends.open(frontend(MOST), false)).isEmpty();
        assertThat(open).hasSize(MOST / 2);
    }

    @Test
    void hasASocketForEachLoopWhileThatTakesLessThanHalfOfWhatMayListen() {
        descriptorsPerLoop = 4;
        for (int port = 1; port <= 12; port++) {
            assertThat(frontends.open(frontend(port), false)).isEmpty();
        }

        assertThat(descriptors.subList(0, 4)).as("15 of 30 are not taken").containsOnly(4);
        assertThat(descriptors.subList(4, 12)).containsOnly(1);
    }

    @Test
    void hasOneSocketForEachFrontendWhereFrontendsAreMany() {
        BoundFrontends unlimited = new BoundFrontends(new Sockets(), new Sockets(), DescriptorLimit.UNKNOWN);
        descriptorsPerLoop = 4;
        for (int port = 1; port <= 514; port++) {
            assertThat(unlimited.open(frontend(port), false)).isEmpty();
        }

        assertThat(descriptors.subList(0, 512)).containsOnly(4);
        assertThat(descriptors.subList(512, 514)).containsOnly(1);
        unlimited.close(frontend(1));
        unlimited.close(frontend(2));
        unlimited.close(frontend(3));
        unlimited.open(frontend(3), false);
        assertThat(descriptors.get(514)).as("where they are few again").isEqualTo(4);
    }

    private static Frontend frontend(int port) {
        return new Frontend(port % 2 == 0 ? Protocol.UDP : Protocol.TCP, IpAddress.parse("10.96.0.10"), port);
    }

    private final class Sockets implements FrontendSockets {
        @Override
        public OpenSocket open(Frontend frontend, boolean transparent, boolean perLoop) {
            open.add(frontend);
            int held = perLoop ? descriptorsPerLoop : descriptorsEach;
            descriptors.add(held);
            return new OpenSocket() {
                @Override
                public int descriptors() {
                    return held;
                }

                @Override
                public void close() {
                    open.remove(frontend);
                }
            };
        }

        @Override
        public boolean isInUse(IpAddress frontendAddress) {
            return false;
        }
    }
}
