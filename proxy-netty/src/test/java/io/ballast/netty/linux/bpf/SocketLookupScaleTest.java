package io.ballast.netty.linux.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.Protocol;
import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresKernel;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.NetworkNamespace;
import io.ballast.netty.testing.Report;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@RequiresRoot
@RequiresCommand({"ip", "nsenter", "sysctl"})
@RequiresKernel("5.9")
class SocketLookupScaleTest {
    private static final int SERVICES = 10_000;

    @Test
    void programsReadsAndRemovesTenThousandFrontends() throws Exception {
        List<IpAddress> addresses = IntStream.range(0, SERVICES)
                .mapToObj(index -> IpAddress.ofIpv4(0x0a60_0000 + index))
                .toList();
        Map<Frontend, Steering> frontends = addresses.stream()
                .map(address -> new Frontend(Protocol.TCP, address, 443))
                .collect(Collectors.toMap(Function.identity(), frontend -> Steering.to(0)));

        try (NetworkNamespace namespace = NetworkNamespace.create();
                SocketLookup lookup = namespace.run(SocketLookups::attach)) {
            Duration put = time(() -> {
                lookup.guard(addresses);
                lookup.put(frontends);
            });
            assertThat(lookup.frontends()).isEqualTo(frontends);
            Duration read = time(lookup::frontends);
            Duration remove = time(() -> {
                lookup.remove(frontends.keySet());
                lookup.unguard(addresses);
            });
            assertThat(lookup.frontends()).isEmpty();

            Report report = new Report("frontends-programmed", "frontends", "done", "ms", "frontends a second");
            note(report, "programmed, and their addresses guarded", put);
            note(report, "read", read);
            note(report, "removed, and their addresses unguarded", remove);
            report.write();
        }
    }

    private static void note(Report report, String done, Duration took) {
        long perSecond = SERVICES * 1_000_000_000L / took.toNanos();
        report.add(String.valueOf(SERVICES), done, String.valueOf(took.toMillis()), String.valueOf(perSecond));
    }

    private static Duration time(Runnable body) {
        long start = System.nanoTime();
        body.run();
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
