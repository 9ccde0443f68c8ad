package io.ballast.daemon.admin;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.Protocol;
import io.ballast.daemon.http.HttpCall;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads query parameters. Stateless. */
final class Parameters {
    private static final Pattern FRONTEND = Pattern.compile("(?:\\[([^\\]]+)\\]|([^:\\]]+)):([0-9]{1,5})(?:/(\\w+))?");

    private Parameters() {}

    /** A number from 0; more than {@code most} is {@code most}. */
    static int number(HttpCall call, String name, int absent, int most) throws BadParameterException {
        String text = call.parameter(name);
        if (text == null) {
            return absent;
        }
        if (!text.matches("[0-9]{1,9}")) {
            throw new BadParameterException(name + ": \"" + text + "\" is not a number from 0 to 999999999");
        }
        return Math.min(Integer.parseInt(text), most);
    }

    static <E extends Enum<E>> E oneOf(HttpCall call, String name, E absent) throws BadParameterException {
        String text = call.parameter(name);
        if (text == null) {
            return absent;
        }
        E[] words = absent.getDeclaringClass().getEnumConstants();
        return Arrays.stream(words)
                .filter(word -> label(word).equals(text))
                .findFirst()
                .orElseThrow(() -> new BadParameterException(name + ": \"" + text + "\" is none of "
                        + Arrays.stream(words).map(Parameters::label).collect(Collectors.joining(", "))));
    }

    private static String label(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }

    /** {@code client}: an address, with or without a port. */
    static AddressPort client(HttpCall call) throws BadParameterException {
        String text = required(call, "client", "192.0.2.10");
        return IpAddress.tryParse(text)
                .map(address -> new AddressPort(address, 0))
                .orElseThrow(() -> new BadParameterException(
                        "client: \"" + text + "\" is not an IP address; want for example 192.0.2.10"));
    }

    /** {@code frontend}: {@code 10.96.0.10:53/udp}. */
    static Frontend frontend(HttpCall call) throws BadParameterException {
        String text = required(call, "frontend", "10.96.0.10:53/udp");
        Matcher matcher = FRONTEND.matcher(text);
        if (matcher.matches()) {
            String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
            String protocol =
                    matcher.group(4) == null ? "TCP" : matcher.group(4).toUpperCase(Locale.ROOT);
            int port = Integer.parseInt(matcher.group(3));
            boolean known = Arrays.stream(Protocol.values())
                    .anyMatch(each -> each.name().equals(protocol));
            if (IpAddress.tryParse(host).isPresent() && known && port > 0 && port <= AddressPort.MAX_PORT) {
                return new Frontend(Protocol.valueOf(protocol), IpAddress.parse(host), port);
            }
        }
        throw new BadParameterException("frontend: \"" + text
                + "\" is not ADDRESS:PORT[/PROTOCOL]; want for example 10.96.0.10:53/udp or [2001:db8::1]:443");
    }

    private static String required(HttpCall call, String name, String example) throws BadParameterException {
        String text = call.parameter(name);
        if (text == null) {
            throw new BadParameterException(name + ": is missing; want for example " + name + "=" + example);
        }
        return text;
    }
}
