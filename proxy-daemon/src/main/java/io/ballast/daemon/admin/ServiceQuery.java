package io.ballast.daemon.admin;

import io.ballast.core.model.Frontend;
import io.ballast.core.routing.FrontendRoute;
import io.ballast.daemon.admin.ServiceEntry.PortEntry;
import io.ballast.daemon.http.HttpCall;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * Which Services a request wants: {@code q} (words that all must occur in name, type, scheduler or an address),
 * {@code show}, {@code sort}, {@code offset}, {@code limit}. <em>Immutable.</em>
 */
record ServiceQuery(List<String> words, Show show, Sort sort, int offset, int limit) {
    private static final int EVERYTHING = Integer.MAX_VALUE;

    enum Show {
        ALL,
        ACTIVE,
        UNSERVED,
        FAILED
    }

    enum Sort {
        NAME,
        ACTIVE,
        OPENED,
        BYTES
    }

    /**
     * Reads the parameters.
     *
     * @throws BadParameterException naming the parameter and what it may be
     */
    static ServiceQuery of(HttpCall call) throws BadParameterException {
        String q = call.parameter("q");
        return new ServiceQuery(
                q == null ? List.of() : List.of(q.toLowerCase(Locale.ROOT).split("\\s+")),
                Parameters.oneOf(call, "show", Show.ALL),
                Parameters.oneOf(call, "sort", Sort.NAME),
                Parameters.number(call, "offset", 0, EVERYTHING),
                Parameters.number(call, "limit", EVERYTHING, EVERYTHING));
    }

    /** All that match, in order, before offset and limit. */
    List<ServiceEntry> matches(List<ServiceEntry> services, Map<Frontend, String> failures) {
        Stream<ServiceEntry> found =
                services.stream().filter(service -> isShown(service, failures)).filter(this::hasWords);
        return sort == Sort.NAME ? found.toList() : found.sorted(descending()).toList();
    }

    /** The part of the matches that is answered. */
    List<ServiceEntry> page(List<ServiceEntry> matches) {
        int from = Math.min(offset, matches.size());
        return matches.subList(from, from + Math.min(limit, matches.size() - from));
    }

    private boolean isShown(ServiceEntry service, Map<Frontend, String> failures) {
        return switch (show) {
            case ALL -> true;
            case ACTIVE -> service.active() > 0;
            case UNSERVED -> service.ports().stream().anyMatch(port -> !port.hasEndpoints());
            case FAILED -> frontends(service).anyMatch(frontend -> failures.containsKey(frontend.frontend()));
        };
    }

    private boolean hasWords(ServiceEntry service) {
        return words.stream().allMatch(word -> hasWord(service, word));
    }

    private static boolean hasWord(ServiceEntry service, String word) {
        return service.name().toString().toLowerCase(Locale.ROOT).contains(word)
                || service.facts().type().label().toLowerCase(Locale.ROOT).equals(word)
                || service.facts().options().scheduler().equals(word)
                || frontends(service)
                        .anyMatch(frontend -> frontend.frontend().toString().contains(word))
                || (looksLikeAddress(word) && hasEndpoint(service, word));
    }

    /** Endpoints are many; only a word with a dot or a colon after a digit is looked for among them. */
    private static boolean looksLikeAddress(String word) {
        return word.matches("\\[?[0-9a-f]+[.:].*");
    }

    private static boolean hasEndpoint(ServiceEntry service, String word) {
        return service.ports().stream()
                .map(PortEntry::routes)
                .flatMap(List::stream)
                .flatMap(route -> route.endpoints().reachable().stream())
                .anyMatch(endpoint -> endpoint.address().toString().contains(word));
    }

    private static Stream<FrontendRoute> frontends(ServiceEntry service) {
        return service.ports().stream().map(PortEntry::frontends).flatMap(List::stream);
    }

    /** Largest first. Counts move while we sort, so each is read once. */
    private Comparator<ServiceEntry> descending() {
        ToLongFunction<ServiceEntry> count =
                switch (sort) {
                    case NAME -> service -> 0;
                    case ACTIVE -> ServiceEntry::active;
                    case OPENED -> ServiceEntry::opened;
                    case BYTES -> ServiceEntry::bytes;
                };
        IdentityHashMap<ServiceEntry, Long> read = new IdentityHashMap<>();
        return Comparator.comparingLong((ServiceEntry service) -> read.computeIfAbsent(service, count::applyAsLong))
                .reversed();
    }
}
