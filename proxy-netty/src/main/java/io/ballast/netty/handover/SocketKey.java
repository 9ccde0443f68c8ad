package io.ballast.netty.handover;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.IpAddress;
import java.util.Locale;

/**
 * What a socket is known by to both processes. <em>Immutable.</em>
 *
 * @param address where it is bound
 */
public record SocketKey(Use use, AddressPort address) {
    /** What a socket is for. */
    public enum Use {
        TCP,
        UDP,
        HTTP
    }

    static SocketKey parse(String line) {
        String[] words = line.split(" ");
        return new SocketKey(Use.valueOf(words[0].toUpperCase(Locale.ROOT)), address(words[1], words[2]));
    }

    static AddressPort address(String address, String port) {
        return new AddressPort(IpAddress.parse(address), Integer.parseInt(port));
    }

    static String text(AddressPort address) {
        return address.address() + " " + address.port();
    }

    @Override
    public String toString() {
        return use.name().toLowerCase(Locale.ROOT) + " " + text(address);
    }
}
