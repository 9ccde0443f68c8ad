package io.ballast.daemon.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ballast services}: what the running daemon serves, and where. */
@Command(
        name = "services",
        description = "Lists the Services that the running daemon serves; with a name, all about one of them.")
final class ServicesCommand implements Callable<Integer> {
    @Mixin
    private AdminClientOptions admin = new AdminClientOptions();

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAMESPACE",
            defaultValue = "",
            description = "Only Services of this namespace.")
    private String namespace = "";

    @Parameters(
            arity = "0..1",
            paramLabel = "NAMESPACE/NAME",
            converter = ServiceName.Converter.class,
            description = "One Service, with its frontends and endpoints.")
    private @Nullable ServiceName service;

    @Override
    public Integer call() throws AdminException {
        if (service == null) {
            return admin.show(
                    "/api/services",
                    answer -> ServiceView.table(ServiceView.inNamespace(ServiceView.services(answer), namespace)));
        }
        return admin.show(
                service.path(),
                answer -> ServiceView.table(ServiceView.services(answer)) + "\n"
                        + ServiceView.frontendTable(ServiceView.services(answer)) + "\n"
                        + ServiceView.endpointTable(ServiceView.services(answer)));
    }
}
