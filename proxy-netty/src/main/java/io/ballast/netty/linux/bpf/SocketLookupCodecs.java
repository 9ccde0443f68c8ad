package io.ballast.netty.linux.bpf;

import io.ballast.core.model.Cidr;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.Protocol;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How the socket lookup program's maps look in memory. Addresses take 16 bytes in network order, IPv4 as
 * {@code ::ffff:a.b.c.d}, so that one map holds both families; numbers are in the machine's order.
 */
final class SocketLookupCodecs {

    /** Bytes of an address. */
    static final int ADDRESS_BYTES = 16;

    /** Prefix bits that every IPv4 block has in front of its own, being written as a mapped address. */
    private static final int MAPPED_BITS = IpFamily.IPV6.bits() - IpFamily.IPV4.bits();

    private SocketLookupCodecs() {}

    static final BpfCodec<IpAddress> ADDRESS = new BpfCodec<>() {
        @Override
        public int size() {
            return ADDRESS_BYTES;
        }

        @Override
        public void write(IpAddress address, ByteBuffer to) {
            to.put(address.toMappedBytes());
        }

        @Override
        public IpAddress read(ByteBuffer from) {
            byte[] bytes = new byte[ADDRESS_BYTES];
            from.get(bytes);
            return IpAddress.of(bytes);
        }
    };

    /** Address, port, protocol number. */
    static final BpfCodec<Frontend> FRONTEND = new BpfCodec<>() {
        @Override
        public int size() {
            return ADDRESS_BYTES + 2 * Short.BYTES;
        }

        @Override
        public void write(Frontend frontend, ByteBuffer to) {
            ADDRESS.write(frontend.address(), to);
            to.putShort((short) frontend.port());
            to.putShort((short) frontend.protocol().number());
        }

        @Override
        public Frontend read(ByteBuffer from) {
            IpAddress address = ADDRESS.read(from);
            int port = Short.toUnsignedInt(from.getShort());
            return new Frontend(protocol(from.getShort()), address, port);
        }
    };

    /** The listener's place in the socket map, the mask of accepted source classes. */
    static final BpfCodec<Steering> STEERING = new BpfCodec<>() {
        @Override
        public int size() {
            return 2 * Integer.BYTES;
        }

        @Override
        public void write(Steering steering, ByteBuffer to) {
            to.putInt(steering.listener());
            to.putInt(SourceClass.mask(steering.accepted()));
        }

        @Override
        public Steering read(ByteBuffer from) {
            return Steering.to(from.getInt(), classes(from.getInt()));
        }
    };

    /** {@code struct bpf_lpm_trie_key}: the prefix length, the address. */
    static final BpfCodec<Cidr> PREFIX = new BpfCodec<>() {
        @Override
        public int size() {
            return Integer.BYTES + ADDRESS_BYTES;
        }

        @Override
        public void write(Cidr block, ByteBuffer to) {
            to.putInt(block.network().isIpv4() ? block.prefixLength() + MAPPED_BITS : block.prefixLength());
            ADDRESS.write(block.network(), to);
        }

        @Override
        public Cidr read(ByteBuffer from) {
            int length = from.getInt();
            IpAddress network = ADDRESS.read(from);
            return new Cidr(network, network.isIpv4() ? length - MAPPED_BITS : length);
        }
    };

    /** One bit of the mask. */
    static final BpfCodec<SourceClass> SOURCE_CLASS = new BpfCodec<>() {
        @Override
        public int size() {
            return Integer.BYTES;
        }

        @Override
        public void write(SourceClass sourceClass, ByteBuffer to) {
            to.putInt(sourceClass.bit());
        }

        @Override
        public SourceClass read(ByteBuffer from) {
            return classes(from.getInt()).iterator().next();
        }
    };

    private static Set<SourceClass> classes(int mask) {
        return Stream.of(SourceClass.values())
                .filter(sourceClass -> (mask & sourceClass.bit()) != 0)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Protocol protocol(int number) {
        return Stream.of(Protocol.values())
                .filter(protocol -> protocol.number() == number)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("No protocol has the number " + number));
    }
}
