package io.ballast.daemon.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ballast.core.model.EndpointSlice;
import io.ballast.core.model.EndpointSlice.SliceEndpoint;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Node;
import io.ballast.core.model.Protocol;
import io.ballast.core.model.Service;
import io.ballast.core.model.ServiceType;
import io.ballast.core.model.SessionAffinity;
import io.ballast.core.model.TrafficPolicy;
import io.ballast.daemon.testing.Recorded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ModelMapperTest {
    private final List<ObjectProblem> problems = new ArrayList<>();
    private final ModelMapper api = new ModelMapper(Origin.API, problems::add);
    private final ModelMapper files = new ModelMapper(Origin.FILES, problems::add);

    @Test
    void readsEveryRecordedObjectWithoutProblem() {
        for (String name : Recorded.ALL) {
            ObjectNode object = Recorded.read(name);
            boolean mapped =
                    switch (object.path("kind").asText()) {
                        case "Service" -> api.service(object).isPresent();
                        case "EndpointSlice" -> api.endpointSlice(object).isPresent();
                        default -> api.node(object).isPresent();
                    };
            assertThat(mapped).as(name).isTrue();
        }
        assertThat(problems).isEmpty();
    }

    @Test
    void readsTheThreePortsOfKubeDns() {
        Service service = api.service(Recorded.read("service-kube-dns")).orElseThrow();

        assertThat(service.name()).isEqualTo(new NamespacedName("kube-system", "kube-dns"));
        assertThat(service.created()).isEqualTo("2026-09-14T08:02:14Z");
        assertThat(service.ports())
                .containsExactly(
                        new Service.Port("dns", Protocol.UDP, 53, 0),
                        new Service.Port("dns-tcp", Protocol.TCP, 53, 0),
                        new Service.Port("metrics", Protocol.TCP, 9153, 0));
        assertThat(service.annotations()).isEmpty();
        assertThat(service.affinity()).isEqualTo(SessionAffinity.NONE);
    }

    @Test
    void readsADualStackService() {
        Service service = api.service(Recorded.read("service-dual-stack")).orElseThrow();

        assertThat(service.type()).isEqualTo(ServiceType.NODE_PORT);
        assertThat(service.clusterIps()).containsExactly("10.96.114.23", "fd00:10:96::9a1f");
        assertThat(service.ipFamilies()).containsExactly(IpFamily.IPV4, IpFamily.IPV6);
        assertThat(service.externalIps()).containsExactly("198.51.100.32", "2001:db8:32::20");
        assertThat(service.ports()).containsExactly(new Service.Port("", Protocol.TCP, 80, 31080));
        assertThat(service.affinity()).isEqualTo(new SessionAffinity.ClientIp(Duration.ofSeconds(10800)));
        assertThat(service.externalTrafficPolicy()).isEqualTo(TrafficPolicy.LOCAL);
        assertThat(service.internalTrafficPolicy()).isEqualTo(TrafficPolicy.CLUSTER);
        assertThat(service.annotations()).containsOnlyKeys("ballast.io/scheduler");
    }

    @Test
    void readsALoadBalancerWithIpModes() {
        Service service = api.service(Recorded.read("service-load-balancer")).orElseThrow();

        assertThat(service.healthCheckNodePort()).isEqualTo(32514);
        assertThat(service.loadBalancerSourceRanges()).containsExactly("203.0.113.0/24", " 192.0.2.0/24 ");
        assertThat(service.ingress())
                .containsExactly(
                        new Service.Ingress("198.51.100.80", "VIP"),
                        new Service.Ingress("198.51.100.81", "Proxy"),
                        new Service.Ingress("", "VIP"));
    }

    @Test
    void readsConditionsNodesAndHintsOfASlice() {
        EndpointSlice slice =
                api.endpointSlice(Recorded.read("endpointslice-kube-dns")).orElseThrow();

        assertThat(slice.service()).contains(new NamespacedName("kube-system", "kube-dns"));
        assertThat(slice.addressType()).isEqualTo("IPv4");
        assertThat(slice.ports())
                .containsExactly(
                        new EndpointSlice.Port("dns-tcp", Protocol.TCP, 53),
                        new EndpointSlice.Port("metrics", Protocol.TCP, 9153),
                        new EndpointSlice.Port("dns", Protocol.UDP, 53));
        assertThat(slice.endpoints())
                .containsExactly(
                        new SliceEndpoint(
                                List.of("10.244.0.2"), true, true, false, "control-plane", Set.of(), Set.of()),
                        new SliceEndpoint(
                                List.of("10.244.1.3"),
                                false,
                                true,
                                true,
                                "worker-1",
                                Set.of("zone-b"),
                                Set.of("worker-1")));
        assertThat(slice.lastChangeTriggerTime()).isEqualTo("2026-09-14T08:03:41Z");
        assertThat(slice.weight()).isEqualTo(1);
    }

    @Test
    void readsANode() {
        assertThat(api.node(Recorded.read("node")))
                .contains(new Node(
                        "worker-1",
                        "b4d3a4de-08a9-4b26-8b43-3a7f77ad9ab5",
                        List.of("192.0.2.21", "2001:db8::21"),
                        List.of("198.51.100.21"),
                        List.of("10.244.1.0/24", "fd00:10:244:1::/64"),
                        api.node(Recorded.read("node")).orElseThrow().labels(),
                        List.of("DeletionCandidateOfClusterAutoscaler", "ToBeDeletedByClusterAutoscaler"),
                        false));
        assertThat(api.node(Recorded.read("node")).orElseThrow().zone()).isEqualTo("zone-b");
    }

    @Test
    void fillsInTheDefaultsOfTheApi() {
        Service service = api.service(Recorded.parse("""
                        {'metadata':{'name':'web','namespace':'shop'},
                         'spec':{'clusterIP':'10.96.0.5','sessionAffinity':'ClientIP','ports':[{'port':80}],
                                 'externalTrafficPolicy':null},
                         'status':{'loadBalancer':{'ingress':[{'ip':'192.0.2.1'}]}}}""")).orElseThrow();

        assertThat(service.type()).isEqualTo(ServiceType.CLUSTER_IP);
        assertThat(service.clusterIps()).containsExactly("10.96.0.5");
        assertThat(service.ports()).containsExactly(new Service.Port("", Protocol.TCP, 80, 0));
        assertThat(service.affinity()).isEqualTo(new SessionAffinity.ClientIp(Duration.ofSeconds(10800)));
        assertThat(service.internalTrafficPolicy()).isEqualTo(TrafficPolicy.CLUSTER);
        assertThat(service.externalTrafficPolicy()).isEqualTo(TrafficPolicy.CLUSTER);
        assertThat(service.ingress()).containsExactly(new Service.Ingress("192.0.2.1", "VIP"));
        assertThat(problems).isEmpty();
    }

    @Test
    void countsMissingConditionsAsReadyAndServing() {
        EndpointSlice slice = api.endpointSlice(Recorded.parse("""
                        {'metadata':{'name':'web-1','namespace':'shop'},'addressType':'IPv6',
                         'endpoints':[{'addresses':['2001:db8::1'],'conditions':{'ready':false}},
                                      {'addresses':['2001:db8::2']}, {'addresses':[]}, {}]}""")).orElseThrow();

        assertThat(slice.endpoints())
                .extracting(SliceEndpoint::ready, SliceEndpoint::serving, SliceEndpoint::terminating)
                .containsExactly(tuple(false, true, false), tuple(true, true, false));
        assertThat(slice.service()).isEmpty();
        assertThat(problems).isEmpty();
    }

    @Test
    void keepsTheAnnotationsThatAreRead() {
        Service service = api.service(Recorded.parse("""
                        {'metadata':{'name':'web','namespace':'shop','annotations':{
                           'ballast.io/idle-timeout':'5m', 'service.beta.kubernetes.io/ipvs-scheduler':'lc',
                           'kube-router.io/service.scheduler':'sh', 'service.cilium.io/lb-algorithm':'maglev',
                           'service.beta.kubernetes.io/load-balancer-source-ranges':'192.0.2.0/24'}},
                         'spec':{'clusterIP':'10.96.0.5'}}""")).orElseThrow();

        assertThat(service.annotations())
                .containsOnlyKeys(
                        "ballast.io/idle-timeout",
                        "service.beta.kubernetes.io/ipvs-scheduler",
                        "kube-router.io/service.scheduler",
                        "service.cilium.io/lb-algorithm");
    }

    @Test
    void namesAnUnnamedSlicePortInFilesOnly() {
        ObjectNode slice = Recorded.parse("""
                {'metadata':{'name':'web-1','namespace':'shop'},'addressType':'IPv4','ports':[{'port':8080}]}""");

        assertThat(api.endpointSlice(slice).orElseThrow().ports())
                .containsExactly(new EndpointSlice.Port(null, Protocol.TCP, 8080));
        assertThat(files.endpointSlice(slice).orElseThrow().ports())
                .containsExactly(new EndpointSlice.Port("", Protocol.TCP, 8080));
    }

    @Test
    void assumesTheDefaultNamespaceInFilesOnly() {
        ObjectNode service = Recorded.parse("{'metadata':{'name':'web'},'spec':{'clusterIP':'10.96.0.5'}}");

        assertThat(files.service(service).orElseThrow().name()).isEqualTo(new NamespacedName("default", "web"));
        assertThat(problems).isEmpty();
        assertThat(api.service(service)).isEmpty();
        assertThat(problems)
                .extracting(ObjectProblem::message)
                .containsExactly("metadata.namespace is missing: write it. The object is skipped.");
    }

    @Test
    void sharesStringsThatRepeat() {
        SliceEndpoint first = api.endpointSlice(Recorded.read("endpointslice-kube-dns"))
                .orElseThrow()
                .endpoints()
                .get(0);
        SliceEndpoint second = api.endpointSlice(Recorded.read("endpointslice-kube-dns"))
                .orElseThrow()
                .endpoints()
                .get(0);

        assertThat(first.nodeName()).isSameAs(second.nodeName());
    }
}
