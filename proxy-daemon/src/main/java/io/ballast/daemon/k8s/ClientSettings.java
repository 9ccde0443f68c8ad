package io.ballast.daemon.k8s;

/**
 * How to reach the API: kube-proxy's {@code clientConnection} and {@code --master}. <em>Immutable.</em>
 *
 * @param kubeconfig path, "" for none
 * @param master URL that overrides the kubeconfig's server, "" for none
 * @param qps sustained requests a second for events; lists and watches are few and never limited
 * @param burst above {@code qps}
 * @param serviceProxyName {@code --service-proxy-name}: with it, the API's own Service is not ours to serve
 */
public record ClientSettings(String kubeconfig, String master, double qps, int burst, String serviceProxyName) {}
