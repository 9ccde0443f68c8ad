package io.ballast.netty.linux.nft;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NftExceptionTest {
    @Test
    void quotesTheStatementOfTheFirstError() {
        String errors = """
                /proc/self/fd/9:2:17-22: Error: Could not process rule: No such file or directory
                add rule inet a nosuch accept
                                ^^^^^^
                /proc/self/fd/9:3:1-1: Error: another
                """;

        NftException exception = NftException.of(errors, "add table inet a\nadd rule inet a nosuch accept\nx\n");

        assertThat(exception)
                .hasMessage("nftables: Could not process rule: No such file or directory, at \"nosuch\""
                        + " of \"add rule inet a nosuch accept\"");
        assertThat(exception.reason()).isEqualTo("Could not process rule: No such file or directory");
        assertThat(exception.statement()).isEqualTo("add rule inet a nosuch accept");
    }

    @Test
    void toleratesPlacesThatAreNotInTheScript() {
        assertThat(NftException.of("f:9:40-50: Error: odd", "one line")).hasMessage("nftables: odd, at \"\" of \"\"");
        assertThat(NftException.of("f:1:5-500: Error: odd", "one line"))
                .hasMessage("nftables: odd, at \"line\" of \"one line\"");
    }

    @Test
    void reportsWhatHasNoPlace() {
        assertThat(NftException.of("Error: cache initialization failed: Operation not permitted", "x"))
                .hasMessage("nftables: cache initialization failed: Operation not permitted; needs CAP_NET_ADMIN");
        assertThat(NftException.of("netlink: Error: broken", "x")).hasMessage("nftables: broken");
        assertThat(NftException.of("something else\n", "x")).hasMessage("nftables: something else");
        assertThat(NftException.of("", "x")).hasMessage("nftables: failed without a word");
    }
}
