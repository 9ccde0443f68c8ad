package io.ballast.netty;

import io.ballast.netty.handover.SocketKey;
import io.ballast.netty.intercept.InsideSources;
import io.ballast.netty.intercept.TrafficInterceptor;
import io.ballast.netty.node.NodeNetwork;
import io.ballast.netty.repair.Repairs;
import io.ballast.netty.repair.Repairs.Part;
import io.ballast.netty.udp.UdpDatapath;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code --intercept=sk-lookup} at work.
 *
 * @param attachment owned by who made it
 * @param packetRules whether nftables judges who counts as inside
 */
record SocketLookupMode(
        TrafficInterceptor interceptor,
        LookupAttachment attachment,
        UdpDatapath udp,
        NodeNetwork network,
        boolean packetRules)
        implements InterceptionMode {
    @Override
    public List<Integer> offeredLookup() {
        return attachment.lookup().descriptors();
    }

    @Override
    public List<SocketKey> sharedListeners() {
        Stream<SocketKey> tcp =
                attachment.addresses().stream().map(address -> new SocketKey(SocketKey.Use.TCP, address));
        return Stream.concat(tcp, udp.shared().stream()).toList();
    }

    @Override
    public void accept() {
        attachment.accept();
    }

    @Override
    public void settle() {
        attachment.settle();
    }

    @Override
    public void classify(InsideSources inside) {
        if (!packetRules) {
            inside.declareTo(attachment.lookup(), network.interfaceNames());
        }
    }

    @Override
    public void keepUp(Repairs repairs, KernelWatch watch) {
        repairs.restoreWith(Part.SK_LOOKUP, attachment::restore);
        watch.lookAt(attachment::missing);
    }
}
