package io.ballast.daemon.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ballast.core.model.NamespacedName;

/** Small objects as the API server would send them, in namespace {@code shop}. */
public final class ApiObjects {
    private ApiObjects() {}

    public static NamespacedName name(String name) {
        return new NamespacedName("shop", name);
    }

    public static ObjectNode service(String name, String clusterIp) {
        return Recorded.parse("{'apiVersion':'v1','kind':'Service','metadata':{'name':'" + name
                + "','namespace':'shop','uid':'uid-" + name + "'},'spec':{'type':'ClusterIP','clusterIP':'" + clusterIp
                + "','clusterIPs':['" + clusterIp + "'],'ipFamilies':['IPv4'],"
                + "'ports':[{'name':'http','port':80,'protocol':'TCP','targetPort':8080}]}}");
    }

    /** A slice of the Service with one ready endpoint for each address. */
    public static ObjectNode slice(String name, String service, String... addresses) {
        ObjectNode slice = Recorded.parse("{'apiVersion':'discovery.k8s.io/v1','kind':'EndpointSlice',"
                + "'metadata':{'name':'" + name + "','namespace':'shop','labels':{'kubernetes.io/service-name':'"
                + service + "'}},'addressType':'IPv4','ports':[{'name':'http','port':8080,'protocol':'TCP'}]}");
        for (String address : addresses) {
            ObjectNode endpoint = slice.withArray("endpoints").addObject();
            endpoint.putArray("addresses").add(address);
            endpoint.putObject("conditions").put("ready", true);
        }
        return slice;
    }

    public static ObjectNode node(String name) {
        return node(name, "192.0.2.21");
    }

    public static ObjectNode node(String name, String internalIp) {
        return Recorded.parse("{'apiVersion':'v1','kind':'Node','metadata':{'name':'" + name
                + "'},'status':{'addresses':[{'type':'InternalIP','address':'" + internalIp + "'}]}}");
    }

    public static ObjectNode labelled(ObjectNode object, String key, String value) {
        ObjectNode copy = object.deepCopy();
        copy.withObject("/metadata").withObject("/labels").put(key, value);
        return copy;
    }
}
