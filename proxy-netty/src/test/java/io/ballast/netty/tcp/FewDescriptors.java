package io.ballast.netty.tcp;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.IpAddress;
import io.ballast.netty.transport.IoTransport;
import java.io.IOException;

/**
 * A data path in a process of its own, to be started with few descriptors: {@code TRANSPORT ENDPOINT_PORT}. Prints the
 * port it listens on, and runs until its input ends.
 */
final class FewDescriptors {
    private FewDescriptors() {}

    public static void main(String... args) throws IOException {
        AddressPort endpoint = new AddressPort(IpAddress.parse("127.0.0.1"), Integer.parseInt(args[1]));
        TestService service = new TestService(endpoint).with(TestService.options(1, java.time.Duration.ofSeconds(30)));
        try (TestDatapath path = TestDatapath.start(IoTransport.parse(args[0]), service)) {
            System.out.println("listening " + path.listener.address().port());
            for (int next = System.in.read(); next >= 0; next = System.in.read()) {
                System.out.println("open " + path.connections().open());
            }
        }
    }
}
