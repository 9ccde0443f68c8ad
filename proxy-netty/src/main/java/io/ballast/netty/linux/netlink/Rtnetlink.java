package io.ballast.netty.linux.netlink;

import io.ballast.core.model.IpAddress;

/** Numbers of linux/netlink.h, linux/rtnetlink.h, linux/fib_rules.h, linux/if_link.h and linux/if_addr.h. */
final class Rtnetlink {
    static final int AF_INET = 2;
    static final int AF_BRIDGE = 7;
    static final int AF_INET6 = 10;
    static final int AF_NETLINK = 16;

    static final int NLM_F_REQUEST = 0x1;
    static final int NLM_F_MULTI = 0x2;
    static final int NLM_F_ACK = 0x4;
    static final int NLM_F_DUMP_INTR = 0x10;
    static final int NLM_F_CAPPED = 0x100;
    static final int NLM_F_ACK_TLVS = 0x200;
    static final int NLM_F_DUMP = 0x300;
    static final int NLM_F_EXCL = 0x200;
    static final int NLM_F_CREATE = 0x400;

    static final int NLMSG_ERROR = 2;
    static final int NLMSG_DONE = 3;
    static final int NLMSGERR_ATTR_MSG = 1;

    static final int RTM_NEWLINK = 16;
    static final int RTM_DELLINK = 17;
    static final int RTM_GETLINK = 18;
    static final int RTM_NEWADDR = 20;
    static final int RTM_DELADDR = 21;
    static final int RTM_GETADDR = 22;
    static final int RTM_NEWROUTE = 24;
    static final int RTM_DELROUTE = 25;
    static final int RTM_GETROUTE = 26;
    static final int RTM_NEWRULE = 32;
    static final int RTM_DELRULE = 33;
    static final int RTM_GETRULE = 34;

    static final int RTN_UNICAST = 1;
    static final int RTN_LOCAL = 2;
    static final int RT_SCOPE_HOST = 254;
    static final int RTM_F_CLONED = 0x200;
    static final int RTM_F_LOOKUP_TABLE = 0x1000;

    static final int RTA_DST = 1;
    static final int RTA_OIF = 4;
    static final int RTA_GATEWAY = 5;
    static final int RTA_PRIORITY = 6;
    static final int RTA_PREFSRC = 7;
    static final int RTA_MULTIPATH = 9;
    static final int RTA_TABLE = 15;
    static final int RTA_VIA = 18;

    static final int FR_ACT_TO_TBL = 1;
    static final int FRA_DST = 1;
    static final int FRA_PRIORITY = 6;
    static final int FRA_FWMARK = 10;
    static final int FRA_TABLE = 15;
    static final int FRA_FWMASK = 16;
    static final int FRA_PROTOCOL = 21;
    static final int FRA_IP_PROTO = 22;
    static final int FRA_DPORT_RANGE = 24;

    static final int IFLA_ADDRESS = 1;
    static final int IFLA_IFNAME = 3;
    static final int IFLA_MTU = 4;
    static final int IFLA_MASTER = 10;
    static final int IFLA_LINKINFO = 18;
    static final int IFLA_EXT_MASK = 29;
    static final int IFLA_INFO_KIND = 1;
    static final int RTEXT_FILTER_SKIP_STATS = 8;

    static final int IFA_ADDRESS = 1;
    static final int IFA_LOCAL = 2;
    static final int IFA_FLAGS = 8;

    static final IpAddress ANY_IPV4 = IpAddress.ofIpv4(0);
    static final IpAddress ANY_IPV6 = IpAddress.of(0, 0);

    /** The loopback interface has this index in every network namespace (LOOPBACK_IFINDEX). */
    static final int LOOPBACK_INDEX = 1;

    private Rtnetlink() {}

    /** Message and attribute lengths are padded to four bytes on the wire. */
    static int aligned(int length) {
        return (length + 3) & ~3;
    }
}
