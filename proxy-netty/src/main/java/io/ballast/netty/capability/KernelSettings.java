package io.ballast.netty.capability;

import io.ballast.netty.capability.CapabilityReport.Setting;
import io.ballast.netty.linux.Sysctl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the settings that Services depend on. None is changed. Stateless. */
final class KernelSettings {
    private static final Pattern OPEN_FILES = Pattern.compile("Max open files +(\\S+) .*");
    private static final long ENOUGH_FILES = 65_536;
    private static final long ENOUGH_BACKLOG = 4096;
    private static final long ENOUGH_RECEIVE_BUFFER = 212_992;
    /** Of {@code --client-ip-ports}. */
    private static final int FIRST_CLIENT_PORT = 61_000;

    private KernelSettings() {}

    /** @param arpTable whether nftables keeps Service addresses out of ARP */
    static List<Setting> read(boolean arpTable) {
        List<Setting> settings = new ArrayList<>();
        settings.addAll(routing());
        settings.addAll(neighbours(arpTable));
        settings.addAll(sockets());
        openFiles().ifPresent(settings::add);
        return settings;
    }

    private static List<Setting> routing() {
        return List.of(
                sysctl(
                        "net.ipv4.ip_forward",
                        "1",
                        "1"::equals,
                        "pods reach outside, and replies keep the client's address"),
                sysctl("net.ipv6.conf.all.forwarding", "1", "1"::equals, "the same for IPv6"),
                sysctl(
                        "net.ipv4.conf.all.rp_filter",
                        "0 or 2",
                        value -> !value.equals("1"),
                        "1 (strict) drops packets that come in another way than replies leave"),
                sysctl(
                        "net.ipv4.conf.all.src_valid_mark",
                        "0",
                        "0"::equals,
                        "1 drops packets to external addresses and replies to the client's address"),
                sysctl(
                        "net.bridge.bridge-nf-call-iptables",
                        "any",
                        value -> true,
                        "at 1 frames between pods of one bridge pass the host's rules"));
    }

    private static List<Setting> neighbours(boolean arpTable) {
        return List.of(
                sysctl(
                        "net.ipv4.conf.all.arp_ignore",
                        arpTable ? "any" : "1 or 2",
                        value -> arpTable || value.matches("[12]"),
                        "at 0 this host answers ARP requests for ClusterIPs where nftables does not keep it from that"),
                sysctl(
                        "net.ipv4.conf.all.arp_announce",
                        arpTable ? "any" : "2",
                        value -> arpTable || value.equals("2"),
                        "below 2 its own requests name Service addresses as their sender where nftables does not rewrite them"));
    }

    private static List<Setting> sockets() {
        return List.of(
                sysctl(
                        "net.ipv4.tcp_timestamps",
                        "1",
                        value -> !value.equals("0"),
                        "ports of connections with a client's address are used again without a pause"),
                sysctl(
                        "net.ipv4.tcp_tw_reuse",
                        "1",
                        "1"::equals,
                        "ports of connections with the node's address that the client ended are used again after a second,"
                                + " not a minute"),
                sysctl(
                        "net.ipv4.ip_local_port_range",
                        "below " + FIRST_CLIENT_PORT,
                        value -> lastWord(value) < FIRST_CLIENT_PORT,
                        "the ports of --client-ip-ports are outside of it"),
                sysctl(
                        "net.core.somaxconn",
                        "at least " + ENOUGH_BACKLOG,
                        value -> lastWord(value) >= ENOUGH_BACKLOG,
                        "bursts of connections wait instead of being dropped"),
                sysctl(
                        "net.core.rmem_max",
                        "at least " + ENOUGH_RECEIVE_BUFFER,
                        value -> lastWord(value) >= ENOUGH_RECEIVE_BUFFER,
                        "bursts of datagrams wait instead of being dropped; exceeded with CAP_NET_ADMIN"));
    }

    private static Setting sysctl(String name, String wanted, Predicate<String> fits, String purpose) {
        Optional<String> value = Sysctl.read(name);
        return new Setting(
                name, value.orElse(""), wanted, value.filter(fits.negate()).isEmpty(), purpose);
    }

    private static long lastWord(String value) {
        String[] words = value.split("\\s+");
        return Long.parseLong(words[words.length - 1]);
    }

    private static Optional<Setting> openFiles() {
        try {
            return Files.readAllLines(Path.of("/proc/self/limits")).stream()
                    .map(OPEN_FILES::matcher)
                    .filter(Matcher::matches)
                    .map(matcher -> matcher.group(1))
                    .map(KernelSettings::openFiles)
                    .findFirst();
        } catch (IOException e) {
            return Optional.of(new Setting(
                    "limit of open files", "", "at least " + ENOUGH_FILES, false, "cannot be read: " + e.getMessage()));
        }
    }

    private static Setting openFiles(String limit) {
        boolean fits = limit.equals("unlimited") || Long.parseLong(limit) >= ENOUGH_FILES;
        return new Setting(
                "limit of open files",
                limit,
                "at least " + ENOUGH_FILES,
                fits,
                "a connection takes two descriptors; LimitNOFILE of the service");
    }
}
