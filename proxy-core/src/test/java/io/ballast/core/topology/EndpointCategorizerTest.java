package io.ballast.core.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Endpoint;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Protocol;
import io.ballast.core.model.Service;
import io.ballast.core.model.ServiceOptions;
import io.ballast.core.model.ServicePort;
import io.ballast.core.model.ServicePortName;
import io.ballast.core.model.ServiceType;
import io.ballast.core.model.SessionAffinity;
import io.ballast.core.model.TrafficPolicy;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointCategorizerTest {
    /**
     * kube-proxy's {@code TestCategorizeEndpoints}: behaviour 10.1. Case 14 there turns off a feature gate that is
     * locked on since 1.36 and has no counterpart here.
     *
     * @param policy {@code IL}, {@code EL}: internal, external Local; {@code NP}: has a NodePort
     * @param zone of this node, which is n1 unless given after a slash
     * @param endpoints {@code R} ready and serving, {@code ST} serving and terminating, {@code S} serving only,
     *     {@code X} none; {@code L} local; {@code z..} zone hints, {@code n.} node hint
     * @param cluster, local, reachable positions in {@code endpoints}, 1-based; {@code -} where the list is unset
     */
    @ParameterizedTest(name = "case {0}")
    @CsvSource(delimiter = '|', textBlock = """
    1   |          | a    | R,za R,zb R,zc R,za                | 14   | -  | 14   | true
    2   | EL NP    | a    | R,za,L R,zb,L R,zc R,za            | 14   | 12 | 124  | true
    3   | IL NP    | a    | R,za,L R,zb,L R,zc R,za            | 14   | 12 | 124  | true
    4   |          | -    | R,za R,za R,za                     | 123  | -  | 123  | true
    5   |          | ''   | R,za R,za R,za                     | 123  | -  | 123  | true
    6   |          | b    | R,za R,za                          | 12   | -  | 12   | true
    7   |          | a    | R,za R,zb R,zc X,za                | 1    | -  | 1    | true
    8   |          | a    | X,za R,zb R,zc X,za                | 23   | -  | 23   | true
    9   |          | a    | R,za R,zb R R,za                   | 1234 | -  | 1234 | true
    10  |          | c    | R,zabc R,zbc R,zbd R,zc            | 124  | -  | 124  | true
    11  |          | a    | R,za,n1 R,zb,n2 R,zc,n3 R,za,n4    | 1    | -  | 1    | true
    12  |          | a    | R,za,n1 R R,zc,n3 R,za,n4          | 1234 | -  | 1234 | true
    13  |          | a/n0 | R,za,n1 R,zb,n2 R,zc,n3 R,za,n4    | 14   | -  | 14   | true
    15  | EL NP    | a    | R,za,L R,zb,L R,za R,zb            | 13   | 12 | 123  | true
    16  | IL       | a    | ''                                 | -    | '' | ''   | false
    17  | IL       | a    | R R                                | -    | '' | ''   | true
    18a | IL       | a    | R,L R,L                            | -    | 12 | 12   | true
    18b | IL       | a    | R,L R                              | -    | 1  | 1    | true
    19  |          | a    | X X                                | ''   | -  | ''   | false
    20  |          | a    | X R                                | 2    | -  | 2    | true
    21  |          | a    | ST,L ST                            | 12   | -  | 12   | true
    22  | IL NP    | a    | R,L R                              | 12   | 1  | 12   | true
    23a | EL NP    | a    | R,L R                              | 12   | 1  | 12   | true
    23b | IL EL NP | a    | R,L R                              | 12   | 1  | 12   | true
    24  | IL EL NP | a    | R R                                | 12   | '' | 12   | true
    25  | IL EL NP | a    | ST ST                              | 12   | '' | 12   | true
    26  | EL NP    | a    | R X,L ST,L ST                      | 1    | 3  | 13   | true
    27  | EL       | a    | R,L R                              | 12   | -  | 12   | true
    28  | IL       | a    | R R,L                              | -    | 2  | 2    | true
    29  |          | a    | X                                  | ''   | -  | ''   | false
    S1  |          | a    | S R                                | 2    | -  | 2    | true
    S2  |          | a    | S                                  | ''   | -  | ''   | false
    S3  | EL NP    | a    | ST,L,za R,zb                       | 2    | 1  | 12   | true
    S4  | IL       | a    | ST X,L                             | -    | '' | ''   | true
    S5  | IL       | a    | S,L                                | -    | '' | ''   | false
    """)
    void categorizesAsKubeProxyDoes(
            String number,
            String policy,
            String zone,
            String endpoints,
            String cluster,
            String local,
            String reachable,
            boolean hasAny) {
        List<Endpoint> all = endpoints(endpoints);

        CategorizedEndpoints result =
                EndpointCategorizer.categorize(all, port(policy == null ? "" : policy), node(zone));

        assertThat(positions(all, result.cluster(), result.usesCluster()))
                .as("cluster of case %s", number)
                .isEqualTo(cluster);
        assertThat(positions(all, result.local(), result.usesLocal()))
                .as("local")
                .isEqualTo(local);
        assertThat(positions(all, result.reachable(), true)).as("reachable").isEqualTo(reachable);
        assertThat(result.hasAny()).isEqualTo(hasAny);
    }

    @Test
    void sharesTheListWhereNothingIsLeftOut() {
        List<Endpoint> all = endpoints("R R,L R");

        CategorizedEndpoints result = EndpointCategorizer.categorize(all, port(""), node("a"));

        assertThat(result.cluster()).isSameAs(all);
        assertThat(result.reachable()).isSameAs(all);
    }

    private static NodeTopology node(String zone) {
        String[] parts = zone.equals("-") ? new String[] {""} : zone.split("/");
        return new NodeTopology(parts.length > 1 ? parts[1] : "n1", parts[0]);
    }

    private static List<Endpoint> endpoints(String text) {
        List<String> specs = text.isEmpty() ? List.of() : List.of(text.split(" "));
        return IntStream.range(0, specs.size())
                .mapToObj(i -> endpoint(i + 1, List.of(specs.get(i).split(","))))
                .collect(Collectors.toUnmodifiableList());
    }

    private static Endpoint endpoint(int position, List<String> words) {
        Set<String> zones = new HashSet<>();
        Set<String> nodes = new HashSet<>();
        for (String word : words) {
            if (word.startsWith("z")) {
                word.substring(1).chars().forEach(c -> zones.add(String.valueOf((char) c)));
            } else if (word.startsWith("n")) {
                nodes.add(word);
            }
        }
        return new Endpoint(
                new AddressPort(IpAddress.parse("192.0.2." + position), 80),
                words.contains("R"),
                words.contains("R") || words.contains("S") || words.contains("ST"),
                words.contains("ST"),
                words.contains("L"),
                1,
                zones,
                nodes);
    }

    private static ServicePort port(String words) {
        return new ServicePort(
                new ServicePortName(new NamespacedName("ns", "svc"), "", Protocol.TCP),
                IpFamily.IPV4,
                Service.JUST_NOW,
                ServiceType.NODE_PORT,
                IpAddress.parse("198.51.100.1"),
                80,
                words.contains("NP") ? 30080 : 0,
                List.of(),
                List.of(),
                List.of(),
                SessionAffinity.NONE,
                words.contains("IL") ? TrafficPolicy.LOCAL : TrafficPolicy.CLUSTER,
                words.contains("EL") ? TrafficPolicy.LOCAL : TrafficPolicy.CLUSTER,
                0,
                ServiceOptions.DEFAULTS);
    }

    private static String positions(List<Endpoint> all, List<Endpoint> some, boolean used) {
        if (!used) {
            assertThat(some).isEmpty();
            return "-";
        }
        return some.stream()
                .map(endpoint -> String.valueOf(all.indexOf(endpoint) + 1))
                .collect(Collectors.joining());
    }
}
