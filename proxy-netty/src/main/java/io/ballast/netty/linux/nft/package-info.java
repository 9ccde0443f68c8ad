/**
 * nftables through libnftables(3): transactions in the nft language, run in this process.
 *
 * <p>Entry: {@link io.ballast.netty.linux.nft.Nftables}. What a transaction says is its caller's business; this package
 * knows how to run it, how to name the statement that failed, and how to tell whether a table has changed.
 *
 * <p>Where the library or the kernel's support is missing, that is a reason to report
 * ({@link io.ballast.netty.linux.nft.Nftables#unavailability()}), not a failure.
 */
@NullMarked
package io.ballast.netty.linux.nft;

import org.jspecify.annotations.NullMarked;
