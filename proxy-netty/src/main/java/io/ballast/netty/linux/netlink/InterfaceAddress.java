package io.ballast.netty.linux.netlink;

import io.ballast.core.model.IpAddress;

/**
 * An address of a network interface. Immutable.
 *
 * @param flags IFA_F_ of linux/if_addr.h
 */
public record InterfaceAddress(int interfaceIndex, IpAddress address, int prefixLength, int flags) {
    private static final int IFA_F_DADFAILED = 0x8;
    private static final int IFA_F_TENTATIVE = 0x40;

    /** Whether it works: not while, or after failing, duplicate address detection. */
    public boolean isUsable() {
        return (flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED)) == 0;
    }
}
