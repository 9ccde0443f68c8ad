package io.ballast.daemon.cli;

import io.ballast.daemon.config.Flag;
import io.ballast.daemon.config.Flags;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Rewrites the daemon's flags from Go's spelling into the one form {@code --name=value}, so that Picocli reads what
 * kube-proxy would: underscores for dashes, values apart or attached, negative values, and switches that take a value
 * only when it is attached. Stops at the first word that is no flag, which is a subcommand or a mistake.
 */
final class GoFlagSyntax {
    private GoFlagSyntax() {}

    static String[] normalize(String... arguments) {
        List<String> rewritten = new ArrayList<>();
        int at = 0;
        while (at < arguments.length && arguments[at].startsWith("-") && arguments[at].length() > 1) {
            String spelled = withLongVerbosity(arguments[at]);
            int equals = spelled.indexOf('=');
            String name = equals < 0 ? spelled : spelled.substring(0, equals);
            String dashed = name.startsWith("--") ? name.replace('_', '-') : name;
            Optional<Flag> flag = dashed.startsWith("--") ? Flags.find(dashed.substring(2)) : Optional.empty();
            boolean isSwitch =
                    dashed.equals("--version") || flag.filter(Flag::isSwitch).isPresent();
            if (equals >= 0) {
                rewritten.add(dashed + spelled.substring(equals));
            } else if (isSwitch) {
                rewritten.add(dashed + "=true");
            } else if (flag.isPresent() && at + 1 < arguments.length) {
                at++;
                rewritten.add(dashed + "=" + arguments[at]);
            } else {
                rewritten.add(dashed);
            }
            at++;
        }
        for (; at < arguments.length; at++) {
            rewritten.add(arguments[at]);
        }
        return rewritten.toArray(String[]::new);
    }

    /** {@code -v}, {@code -v=4} and {@code -v4} are all {@code --v}. */
    private static String withLongVerbosity(String argument) {
        if (!argument.startsWith("-v")) {
            return argument;
        }
        String value = argument.substring(2);
        if (value.isEmpty() || value.startsWith("=")) {
            return "--v" + value;
        }
        return "--v=" + value;
    }
}
