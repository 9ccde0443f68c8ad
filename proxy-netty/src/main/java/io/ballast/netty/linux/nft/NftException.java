package io.ballast.netty.linux.nft;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * nftables refused a transaction, of which nothing took effect. The message has the reason and the statement:
 * {@code nftables: Could not process rule: No such file or directory, at "nosuch" of "add rule inet a nosuch accept"}.
 * Immutable.
 */
public final class NftException extends RuntimeException {
    private static final int LONGEST_QUOTE = 200;

    /** {@code FILE:LINE:FROM-TO: Error: REASON}, columns counted from 1; the lines that follow quote the source. */
    private static final Pattern ERROR = Pattern.compile(
            "(?m)^(?:\\S+?:(?<line>\\d+):(?<from>\\d+)-(?<to>\\d+): )?(?:\\S+: )?Error: (?<reason>.*)$");

    private final String reason;
    private final String statement;

    private NftException(String message, String reason, String statement) {
        super(message);
        this.reason = reason;
        this.statement = statement;
    }

    /** @param script the transaction that failed, to quote from: the library's own quotes end at 1000 characters */
    static NftException of(String errors, String script) {
        Matcher matcher = ERROR.matcher(errors);
        if (!matcher.find()) {
            String text = errors.isBlank() ? "failed without a word" : shortened(errors.strip());
            return new NftException("nftables: " + text, text, "");
        }
        String reason = matcher.group("reason");
        String message =
                "nftables: " + reason + (reason.contains("Operation not permitted") ? "; needs CAP_NET_ADMIN" : "");
        if (matcher.group("line") == null) {
            return new NftException(message, reason, "");
        }
        String statement = script.lines()
                .skip(Long.parseLong(matcher.group("line")) - 1)
                .findFirst()
                .orElse("");
        int from = Math.min(statement.length(), Integer.parseInt(matcher.group("from")) - 1);
        int to = Math.max(from, Math.min(statement.length(), Integer.parseInt(matcher.group("to"))));
        String where = ", at \"" + shortened(statement.substring(from, to).strip()) + "\" of \""
                + shortened(statement.strip()) + "\"";
        return new NftException(message + where, reason, statement.strip());
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "...";
    }

    /** Why, in the words of nft. */
    public String reason() {
        return reason;
    }

    /** The whole line that failed first, or "". */
    public String statement() {
        return statement;
    }
}
