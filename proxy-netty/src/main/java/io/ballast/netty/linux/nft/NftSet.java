package io.ballast.netty.linux.nft;

/** A set of a table. Immutable. */
public record NftSet(NftTable table, String name) {
    /** As the nft language takes it: {@code inet ballast frontends4}. */
    @Override
    public String toString() {
        return table + " " + name;
    }
}
