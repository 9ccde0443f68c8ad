package io.ballast.netty.linux.nft;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NftLibraryTest {
    @Test
    void hasAReasonWhereTheLibraryIsAbsent() {
        NftLibrary library = NftLibrary.load("libnftables-nosuch.so.9");

        assertThat(library.binding()).isEmpty();
        assertThat(library.reason().orElseThrow())
                .startsWith("the nftables library (libnftables-nosuch.so.9) cannot be loaded: ")
                .contains("libnftables-nosuch.so.9");
    }
}
