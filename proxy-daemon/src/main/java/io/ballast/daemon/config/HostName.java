package io.ballast.daemon.config;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The name the kernel has for this host, as {@code uname -n} prints it. */
public final class HostName {
    private static final Path KERNEL_NAME = Path.of("/proc/sys/kernel/hostname");

    private HostName() {}

    /** The name, or an empty text when the system does not tell. */
    public static String read() {
        try {
            return Files.readString(KERNEL_NAME).trim();
        } catch (IOException unreadable) {
            return fromResolver();
        }
    }

    private static String fromResolver() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException unknown) {
            return "";
        }
    }
}
