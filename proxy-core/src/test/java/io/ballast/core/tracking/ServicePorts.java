package io.ballast.core.tracking;

import io.ballast.core.model.Service;
import io.ballast.core.model.ServicePort;
import java.util.ArrayList;
import java.util.List;

/** Reads a single Service, for tests outside this package. */
public final class ServicePorts {
    private ServicePorts() {}

    public static List<ServicePort> of(Service service, TrackingSettings settings) {
        return reader(settings).read(service, problem -> {});
    }

    static List<String> problems(Service service, TrackingSettings settings) {
        List<String> problems = new ArrayList<>();
        reader(settings).read(service, problem -> problems.add(problem.reason() + ": " + problem.message()));
        return problems;
    }

    private static ServiceReader reader(TrackingSettings settings) {
        return new ServiceReader(settings);
    }
}
