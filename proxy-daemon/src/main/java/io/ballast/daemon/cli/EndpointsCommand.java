package io.ballast.daemon.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ballast endpoints}: the endpoints behind the Services, with their connections. */
@Command(name = "endpoints", description = "Lists the endpoints that the running daemon chooses from.")
final class EndpointsCommand implements Callable<Integer> {
    @Mixin
    private AdminClientOptions admin = new AdminClientOptions();

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAMESPACE",
            defaultValue = "",
            description = "Only endpoints of Services in this namespace.")
    private String namespace = "";

    @Parameters(
            arity = "0..1",
            paramLabel = "NAMESPACE/NAME",
            converter = ServiceName.Converter.class,
            description = "Only endpoints of this Service.")
    private @Nullable ServiceName service;

    @Override
    public Integer call() throws AdminException {
        return admin.show(
                service == null ? "/api/services" : service.path(),
                answer -> ServiceView.endpointTable(ServiceView.inNamespace(ServiceView.services(answer), namespace)));
    }
}
