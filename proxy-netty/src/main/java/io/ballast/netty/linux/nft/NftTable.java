package io.ballast.netty.linux.nft;

/**
 * A table of nftables. Immutable.
 *
 * @param family ip, ip6, inet, arp, bridge or netdev
 */
public record NftTable(String family, String name) {
    /** As the nft language takes it: {@code inet ballast}. */
    @Override
    public String toString() {
        return family + " " + name;
    }
}
