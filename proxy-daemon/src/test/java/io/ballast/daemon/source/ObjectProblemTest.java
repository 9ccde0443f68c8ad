package io.ballast.daemon.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ballast.core.model.EndpointSlice;
import io.ballast.core.model.EndpointSlice.SliceEndpoint;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Protocol;
import io.ballast.core.model.Service;
import io.ballast.core.model.SessionAffinity;
import io.ballast.daemon.testing.Recorded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObjectProblemTest {
    private static final NamespacedName WEB = new NamespacedName("shop", "web");

    private final List<ObjectProblem> problems = new ArrayList<>();
    private final ModelMapper api = new ModelMapper(Origin.API, problems::add);
    private final ModelMapper files = new ModelMapper(Origin.FILES, problems::add);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        'port':'http'                 | spec.ports[1].port is "http": write a number from 1 to 65535 without quotes. The port is not served.
        'port':0                      | spec.ports[1].port is 0: write a number from 1 to 65535 without quotes. The port is not served.
        'port':65536                  | spec.ports[1].port is 65536: write a number from 1 to 65535 without quotes. The port is not served.
        'port':80.5                   | spec.ports[1].port is 80.5: write a number from 1 to 65535 without quotes. The port is not served.
        'name':'x'                    | spec.ports[1].port is missing: write a number from 1 to 65535 without quotes. The port is not served.
        'port':81,'protocol':'TPC'    | spec.ports[1].protocol is "TPC": write TCP, UDP or SCTP. The port is not served.
        'port':81,'name':'good'       | spec.ports[1].name is "good": give every port a name of its own. The port is not served.
        """)
    void leavesOutABadPortAndKeepsTheRest(String port, String message) {
        Service service = api.service(Recorded.parse("{'metadata':{'name':'web','namespace':'shop'},"
                        + "'spec':{'clusterIP':'10.96.0.5','ports':[{'name':'good','port':80},{" + port + "}]}}"))
                .orElseThrow();

        assertThat(service.ports()).containsExactly(new Service.Port("good", Protocol.TCP, 80, 0));
        assertThat(problems).containsExactly(new ObjectProblem("Service", "shop/web", WEB, message));
        assertThat(problems.get(0).reason()).isEqualTo("InvalidService");
    }

    @Test
    void usesDefaultsForValuesItDoesNotKnow() {
        Service service = api.service(Recorded.parse("""
                                {'metadata':{'name':'web','namespace':'shop'},'spec':{
                                  'clusterIP':'10.96.0.5','type':'Internal','sessionAffinity':'ClientIP',
                                  'sessionAffinityConfig':{'clientIP':{'timeoutSeconds':0}},'internalTrafficPolicy':'local',
                                  'ports':[{'port':80,'nodePort':-1}]}}""")).orElseThrow();

        assertThat(service.affinity()).isEqualTo(new SessionAffinity.ClientIp(Duration.ofSeconds(10800)));
        assertThat(service.ports()).containsExactly(new Service.Port("", Protocol.TCP, 80, 0));
        assertThat(problems).singleElement().satisfies(problem -> assertThat(problem.message())
                .contains("spec.type is \"Internal\"")
                .contains("spec.ports[0].nodePort is -1")
                .contains("And 1 more"));
    }

    @Test
    void keepsFamiliesAndAddressesInStep() {
        Service service = api.service(Recorded.parse("""
                                {'metadata':{'name':'web','namespace':'shop'},'spec':{
                                  'clusterIPs':['10.96.0.5','zzz','fd00::5'],'ipFamilies':['IPv4','IPvFuture','IPv6']}}""")).orElseThrow();

        assertThat(service.ipFamilies()).containsExactly(IpFamily.IPV4, IpFamily.IPV6);
        assertThat(service.clusterIps()).containsExactly("10.96.0.5", "fd00::5");
        assertThat(service.clusterIp()).isEqualTo("10.96.0.5");
    }

    @Test
    void skipsAServiceWithoutSpec() {
        assertThat(api.service(Recorded.parse("{'metadata':{'name':'web','namespace':'shop'}}")))
                .isEmpty();
        assertThat(problems)
                .containsExactly(new ObjectProblem(
                        "Service",
                        "shop/web",
                        WEB,
                        "spec is missing: write spec.clusterIP and spec.ports. The Service is skipped."));
    }

    @Test
    void skipsAnObjectWithoutName() {
        assertThat(api.endpointSlice(Recorded.parse("{'metadata':{'namespace':'shop'}}")))
                .isEmpty();
        assertThat(problems)
                .containsExactly(new ObjectProblem(
                        "EndpointSlice", "shop/", null, "metadata.name is missing: write it. The object is skipped."));
    }

    @Test
    void skipsAnObjectWithANameThatNobodyCouldRead() {
        String huge = "x".repeat(1 << 20);
        ObjectNode object = Recorded.parse("{'metadata':{'namespace':'shop'},'spec':{'clusterIP':'10.96.0.5'}}");
        object.withObject("/metadata").put("name", huge);

        assertThat(api.service(object)).isEmpty();
        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.object()).hasSizeLessThan(300);
            assertThat(problem.message()).hasSizeLessThan(200).contains("metadata.name is", "at most 253 letters");
        });
    }

    @Test
    void callsABadWeightABadAnnotation() {
        api.endpointSlice(slice("IPv4", "10.0.0.3", "{'ballast.io/weight':'heavy'}"));

        assertThat(problems).extracting(ObjectProblem::reason).containsExactly("InvalidAnnotation");
    }

    @ParameterizedTest
    @CsvSource({
        "IPv4, 10.0.0.300, write an IPv4 address",
        "IPv4, 2001:db8::1, write an IPv4 address",
        "IPv6, 10.0.0.3, write an IPv6 address",
        "IPv4, 0.0.0.0, write the address of a pod or host",
        "IPv4, 169.254.1.1, write the address of a pod or host",
        "IPv6, fe80::1, write the address of a pod or host",
        "IPv4, 127.0.0.1, write the address of a pod or host"
    })
    void leavesOutAnEndpointWithABadAddress(String type, String address, String remedy) {
        EndpointSlice slice = api.endpointSlice(slice(type, address, "{}")).orElseThrow();

        assertThat(slice.endpoints()).isEmpty();
        assertThat(problems)
                .containsExactly(new ObjectProblem(
                        "EndpointSlice",
                        "shop/web-1",
                        WEB,
                        "endpoints[0].addresses[0] is \"" + address + "\": " + remedy + ". The endpoint is left out."));
    }

    @Test
    void acceptsLoopbackEndpointsFromFiles() {
        assertThat(files.endpointSlice(slice("IPv4", "127.0.0.2", "{}"))
                        .orElseThrow()
                        .endpoints())
                .extracting(SliceEndpoint::addresses)
                .containsExactly(List.of("127.0.0.2"));
        assertThat(problems).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
        {'ballast.io/weight':'0'}                                    | 0     | 0
        {'ballast.io/weight':'65535'}                                | 65535 | 0
        {'ballast.io/weight':'65536'}                                | 1     | 1
        {'ballast.io/weight':'-1','service.cilium.io/weight':'3'}    | 1     | 1
        {'ballast.io/weight':7}                                      | 1     | 1
        {'service.cilium.io/weight':'3'}                             | 3     | 0
        {'service.cilium.io/weight':'heavy'}                         | 1     | 1
        {'ballast.io/weight':'2','service.cilium.io/weight':'3'}     | 2     | 0
        {}                                                           | 1     | 0
        """)
    void readsTheWeightOfASlice(String annotations, int weight, int told) {
        EndpointSlice slice =
                api.endpointSlice(slice("IPv4", "10.0.0.3", annotations)).orElseThrow();

        assertThat(slice.weight()).isEqualTo(weight);
        assertThat(problems).hasSize(told);
    }

    private static ObjectNode slice(String type, String address, String annotations) {
        return Recorded.parse("{'metadata':{'name':'web-1','namespace':'shop','annotations':" + annotations
                + ",'labels':{'kubernetes.io/service-name':'web'}},'addressType':'" + type
                + "','endpoints':[{'addresses':['" + address + "']}]}");
    }
}
