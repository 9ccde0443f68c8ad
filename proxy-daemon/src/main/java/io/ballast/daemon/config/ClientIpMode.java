package io.ballast.daemon.config;

/** Whether endpoints see the client's address where kube-proxy would show it: {@code --client-ip}. */
public enum ClientIpMode implements Labelled {
    AUTO("auto"),
    NEVER("never");

    private final String label;

    ClientIpMode(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }
}
