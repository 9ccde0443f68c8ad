package io.ballast.netty.cleanup;

import io.ballast.netty.linux.Capability;
import io.ballast.netty.linux.nft.Nftables;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Removes nftables tables by name. Stateless. */
final class NftTables {
    private static final String LINE = "table ";

    private NftTables() {}

    /**
     * @param wanted is asked with family and name: {@code inet ballast}
     * @param whose for messages
     */
    static List<Removal> remove(Predicate<String> wanted, String whose) {
        Optional<String> missing = Nftables.unavailability();
        if (missing.isPresent()) {
            String what = "nftables tables of " + whose;
            return Capability.effective().contains(Capability.NET_ADMIN)
                    ? List.of(Removal.skipped(what, missing.get()))
                    : List.of(Removal.failed(what, missing.get()));
        }
        List<Removal> removals = new ArrayList<>();
        try (Nftables nftables = Nftables.open()) {
            nftables.run("list tables")
                    .lines()
                    .filter(line -> line.startsWith(LINE))
                    .map(line -> line.substring(LINE.length()))
                    .filter(wanted)
                    .forEach(table -> removals.add(remove(nftables, table)));
        }
        return removals;
    }

    private static Removal remove(Nftables nftables, String table) {
        String what = "nftables table " + table;
        try {
            nftables.run("delete table " + table);
            return Removal.removed(what);
        } catch (RuntimeException e) {
            return Removal.failed(what, e);
        }
    }
}
