package io.ballast.daemon.cli;

import io.ballast.netty.cleanup.KernelCleanup;
import io.ballast.netty.cleanup.KubeProxyCleanup;
import io.ballast.netty.cleanup.Removal;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ballast cleanup}: removes what stays in the kernel, one line for each thing. */
@Command(
        name = "cleanup",
        description = {
            "Removes every route, rule, table, program and map that Ballast left on this node.",
            "Stop the daemon first: one that still runs would be cut off from its clients."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:All gone, or nothing was there", "1:Something could not be removed; it is named"})
final class CleanupCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--kube-proxy",
            arity = "0..1",
            fallbackValue = "also",
            paramLabel = "also|only",
            description = {
                "Also remove what kube-proxy left: its nftables tables, its chains in iptables, IPVS.",
                "With =only nothing of Ballast's is removed, so that it may run meanwhile."
            })
    private @Nullable KubeProxy kubeProxy;

    enum KubeProxy {
        ALSO,
        ONLY
    }

    @Override
    public Integer call() {
        if (spec == null) {
            throw new IllegalStateException("Picocli gives every command its specification before it runs");
        }
        List<Removal> removals = new ArrayList<>(kubeProxy == KubeProxy.ONLY ? List.of() : KernelCleanup.run());
        if (kubeProxy != null) {
            removals.addAll(KubeProxyCleanup.run());
        }
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        removals.forEach(removal -> (removal.hasFailed() ? err : out).println(removal));
        if (removals.isEmpty()) {
            out.println("Nothing to remove.");
        }
        return removals.stream().anyMatch(Removal::hasFailed) ? CommandLine.ExitCode.SOFTWARE : CommandLine.ExitCode.OK;
    }
}
