package io.ballast.daemon;

import io.ballast.core.detect.LocalDetector;
import io.ballast.core.detect.SourceDetector;
import io.ballast.core.model.Cidr;
import io.ballast.core.model.Node;
import io.ballast.daemon.config.ProxyConfig;
import io.ballast.netty.node.NodeNetwork;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Which clients count as local: the configured detection, applied to the node's interfaces and to the pod CIDRs of its
 * object. Confined to the sync thread.
 */
final class LocalClients {
    private final ProxyConfig.LocalDetection detection;
    private final NodeNetwork network;
    private final SourceDetector detector;
    private final Consumer<SourceDetector.Facts> datapath;
    private List<Cidr> podCidrs = List.of();

    /**
     * @param datapath hears what the detector goes by from now on
     */
    LocalClients(
            ProxyConfig.LocalDetection detection,
            NodeNetwork network,
            SourceDetector detector,
            Consumer<SourceDetector.Facts> datapath) {
        this.detection = detection;
        this.network = network;
        this.detector = detector;
        this.datapath = datapath;
    }

    void nodeChanged(Node node) {
        podCidrs = node.podCidrs().stream()
                .map(Cidr::tryParse)
                .flatMap(Optional::stream)
                .toList();
        refresh(false);
    }

    /** @param always tells the data path even of what it knows, for its interfaces may be others */
    void refresh(boolean always) {
        SourceDetector.Facts facts = new SourceDetector.Facts(localDetector(), network.addresses(), podCidrs);
        if (always || !facts.equals(detector.facts())) {
            detector.update(facts);
            datapath.accept(facts);
        }
    }

    private LocalDetector localDetector() {
        return switch (detection.mode()) {
            case CLUSTER_CIDR -> new LocalDetector.ByCidr(detection.clusterCidrs());
            case NODE_CIDR -> new LocalDetector.ByCidr(podCidrs);
            case BRIDGE_INTERFACE -> new LocalDetector.ByInterface(detection.bridgeInterface(), false);
            case INTERFACE_NAME_PREFIX -> new LocalDetector.ByInterface(detection.interfaceNamePrefix(), true);
        };
    }
}
