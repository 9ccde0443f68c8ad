package io.ballast.netty.linux.nft;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What tables hold, to tell whether it is still the same: chains and elements of sets are listed in any order.
 * <em>Immutable.</em>
 *
 * @param words of the listing, sorted
 */
public record TableContents(List<String> words) {
    public TableContents {
        words = List.copyOf(words);
    }

    /**
     * Of those that exist.
     *
     * @param tables with family and name: {@code inet ballast}
     */
    public static TableContents of(Nftables nftables, Collection<String> tables) {
        Set<String> present = nftables.run("list tables").lines().collect(Collectors.toSet());
        return new TableContents(tables.stream()
                .filter(table -> present.contains("table " + table))
                .flatMap(table -> words(nftables.run("list table " + table)))
                .sorted()
                .toList());
    }

    private static Stream<String> words(String listing) {
        return Arrays.stream(listing.split("[,\\s]+"));
    }
}
