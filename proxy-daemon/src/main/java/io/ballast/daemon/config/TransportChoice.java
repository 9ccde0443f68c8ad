package io.ballast.daemon.config;

/** The kind of event loop that is asked for: {@code --transport}. */
public enum TransportChoice implements Labelled {
    AUTO("auto"),
    EPOLL("epoll"),
    IO_URING("io_uring"),
    NIO("nio");

    private final String label;

    TransportChoice(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }
}
