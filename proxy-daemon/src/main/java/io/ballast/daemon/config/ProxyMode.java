package io.ballast.daemon.config;

/** The proxy mode of kube-proxy's configuration; Ballast works in user space whatever it says, but sections and defaults follow it. */
public enum ProxyMode implements Labelled {
    UNSET(""),
    IPTABLES("iptables"),
    IPVS("ipvs"),
    NFTABLES("nftables"),
    KERNELSPACE("kernelspace"),
    USERSPACE("userspace");

    private final String label;

    ProxyMode(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }
}
