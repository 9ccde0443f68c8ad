package io.ballast.daemon.k8s;

import io.ballast.core.model.Cidr;
import io.ballast.core.model.IpAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which HTTP proxy leads to the API server: the kubeconfig's {@code proxy-url}, else what the environment says to every
 * Go program ({@code HTTPS_PROXY}, {@code HTTP_PROXY}, {@code NO_PROXY}; golang.org/x/net/http/httpproxy), as with
 * client-go. Stateless.
 */
final class ApiProxy {
    private static final Pattern HOST_AND_PORT = Pattern.compile("\\[(.+)](?::(\\d+))?|([^:]*):(\\d+)");
    private static final String ANY_HOST = "*";

    private ApiProxy() {}

    /**
     * The proxy's URL with scheme and port, empty where the server is asked directly.
     *
     * @param proxyUrl of the kubeconfig, "" without; it concerns every server
     * @throws ClientConfigException for a proxy that is spoken to in another way than by HTTP
     */
    static Optional<URI> choose(URI server, String proxyUrl, Map<String, String> environment)
            throws ClientConfigException {
        if (!proxyUrl.isEmpty()) {
            return Optional.of(parse("the kubeconfig's proxy-url", proxyUrl));
        }
        String name = "https".equals(server.getScheme()) ? "HTTPS_PROXY" : "HTTP_PROXY";
        String proxy = variable(environment, name);
        if (proxy.isEmpty() || isExempt(server, variable(environment, "NO_PROXY"))) {
            return Optional.empty();
        }
        return Optional.of(parse(name, proxy));
    }

    private static String variable(Map<String, String> environment, String name) {
        String value = environment.getOrDefault(name, "");
        return value.isEmpty() ? environment.getOrDefault(name.toLowerCase(Locale.ROOT), "") : value;
    }

    private static URI parse(String origin, String proxy) throws ClientConfigException {
        try {
            URI url = new URI(proxy.contains("://") ? proxy : "http://" + proxy);
            if ("http".equals(url.getScheme()) && url.getHost() != null) {
                int port = url.getPort() < 0 ? 80 : url.getPort();
                return new URI("http", url.getUserInfo(), url.getHost(), port, null, null, null);
            }
        } catch (URISyntaxException e) {
            throw unusable(origin);
        }
        throw unusable(origin);
    }

    /** Without the value, and without a cause that has it: it may hold a password. */
    private static ClientConfigException unusable(String origin) {
        return new ClientConfigException("The proxy in " + origin + " cannot be used: write http://HOST:PORT; SOCKS and"
                + " TLS to the proxy itself are not supported");
    }

    private static boolean isExempt(URI server, String noProxy) {
        String host = server.getHost().replaceAll("[\\[\\]]", "").toLowerCase(Locale.ROOT);
        Optional<IpAddress> address = IpAddress.tryParse(host);
        if (host.equals("localhost") || address.filter(IpAddress::isLoopback).isPresent()) {
            return true;
        }
        int defaultPort = "https".equals(server.getScheme()) ? 443 : 80;
        int port = server.getPort() < 0 ? defaultPort : server.getPort();
        return entries(noProxy).anyMatch(entry -> matches(entry, host, address, port));
    }

    private static Stream<String> entries(String noProxy) {
        return Arrays.stream(noProxy.split(","))
                .map(entry -> entry.trim().toLowerCase(Locale.ROOT))
                .filter(entry -> !entry.isEmpty());
    }

    private static boolean matches(String entry, String host, Optional<IpAddress> address, int port) {
        if (entry.contains("/")) {
            Optional<Cidr> range = Cidr.tryParse(entry);
            return range.isPresent() && address.filter(range.get()::contains).isPresent();
        }
        Matcher parts = HOST_AND_PORT.matcher(entry);
        if (!parts.matches()) {
            return matchesHost(entry, host, address);
        }
        String name = parts.group(1) == null ? parts.group(3) : parts.group(1);
        String number = parts.group(1) == null ? parts.group(4) : parts.group(2);
        return (number == null || number.equals(Integer.toString(port))) && matchesHost(name, host, address);
    }

    /** A name stands for itself and all below it, with a leading dot or "*." only for those. */
    private static boolean matchesHost(String entry, String host, Optional<IpAddress> address) {
        if (entry.equals(ANY_HOST)) {
            return true;
        }
        Optional<IpAddress> ip = IpAddress.tryParse(entry);
        if (ip.isPresent()) {
            return ip.equals(address);
        }
        String name = entry.startsWith("*.") ? entry.substring(1) : entry;
        return address.isEmpty()
                && !name.isEmpty()
                && (name.startsWith(".") ? host.endsWith(name) : host.equals(name) || host.endsWith("." + name));
    }
}
