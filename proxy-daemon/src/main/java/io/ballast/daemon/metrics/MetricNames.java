package io.ballast.daemon.metrics;

import static io.ballast.daemon.metrics.MetricFamily.counter;
import static io.ballast.daemon.metrics.MetricFamily.gauge;
import static io.ballast.daemon.metrics.MetricFamily.histogram;

/**
 * Every family that is exposed, but for {@code jvm_*} and {@code netty_*}, which Micrometer names. Dashboards and alerts
 * rely on these names, types and units: they only ever grow.
 *
 * <p>{@code kubeproxy_*}: {@code pkg/proxy/metrics/metrics.go}; {@code rest_client_*}: {@code component-base/metrics};
 * {@code process_*}: Prometheus' client libraries.
 */
final class MetricNames {
    static final MetricFamily SYNC_DURATION =
            histogram("kubeproxy_sync_proxy_rules_duration_seconds", "SyncProxyRules latency in seconds");
    static final MetricFamily SYNC_LAST_TIMESTAMP = gauge(
            "kubeproxy_sync_proxy_rules_last_timestamp_seconds", "The last time proxy rules were successfully synced");
    static final MetricFamily SYNC_LAST_QUEUED = gauge(
            "kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds",
            "The last time a sync of proxy rules was queued");
    static final MetricFamily NETWORK_PROGRAMMING = histogram(
            "kubeproxy_network_programming_duration_seconds", "In Cluster Network Programming Latency in seconds");
    static final MetricFamily ENDPOINT_CHANGES_PENDING =
            gauge("kubeproxy_sync_proxy_rules_endpoint_changes_pending", "Pending proxy rules Endpoint changes");
    static final MetricFamily ENDPOINT_CHANGES =
            counter("kubeproxy_sync_proxy_rules_endpoint_changes_total", "Cumulative proxy rules Endpoint changes");
    static final MetricFamily SERVICE_CHANGES_PENDING =
            gauge("kubeproxy_sync_proxy_rules_service_changes_pending", "Pending proxy rules Service changes");
    static final MetricFamily SERVICE_CHANGES =
            counter("kubeproxy_sync_proxy_rules_service_changes_total", "Cumulative proxy rules Service changes");
    /** A gauge despite its name, as upstream has it. */
    static final MetricFamily NO_LOCAL_ENDPOINTS = gauge(
            "kubeproxy_sync_proxy_rules_no_local_endpoints_total",
            "Number of services with a Local traffic policy and no endpoints");

    static final MetricFamily HEALTHZ =
            counter("kubeproxy_proxy_healthz_total", "Cumulative proxy healthz HTTP status");
    static final MetricFamily LIVEZ = counter("kubeproxy_proxy_livez_total", "Cumulative proxy livez HTTP status");

    static final MetricFamily REST_REQUESTS = counter(
            "rest_client_requests_total", "Number of HTTP requests, partitioned by status code, method, and host.");
    static final MetricFamily REST_DURATION = histogram(
            "rest_client_request_duration_seconds", "Request latency in seconds. Broken down by verb, and host.");

    static final MetricFamily PROCESS_CPU =
            counter("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.");
    static final MetricFamily PROCESS_RESIDENT =
            gauge("process_resident_memory_bytes", "Resident memory size in bytes.");
    static final MetricFamily PROCESS_VIRTUAL = gauge("process_virtual_memory_bytes", "Virtual memory size in bytes.");
    static final MetricFamily PROCESS_OPEN_FDS = gauge("process_open_fds", "Number of open file descriptors.");
    static final MetricFamily PROCESS_MAX_FDS = gauge("process_max_fds", "Maximum number of open file descriptors.");
    static final MetricFamily PROCESS_START =
            gauge("process_start_time_seconds", "Start time of the process since unix epoch in seconds.");

    static final MetricFamily BUILD_INFO = gauge("ballast_build_info", "Always 1; what is running, in the labels.");
    static final MetricFamily SERVICES = gauge("ballast_services", "Services that are served.");
    static final MetricFamily FRONTENDS = gauge("ballast_frontends", "Addresses and ports that belong to Services.");
    static final MetricFamily FRONTEND_FAILURES =
            gauge("ballast_frontend_failures", "Frontends that cannot be served now; their Events say why.");
    static final MetricFamily CAPABILITY =
            gauge("ballast_capability", "Whether kernel and privileges allow a feature, 1 or 0.");
    static final MetricFamily CLIENT_IP_FALLBACKS = counter(
            "ballast_client_ip_fallbacks_total",
            "Connections and sessions made with the node's address although the client's was wanted, by reason.");
    static final MetricFamily REPAIRS = counter(
            "ballast_repairs_total", "Times that others took what Ballast has in the kernel and it was put back.");
    static final MetricFamily AFFINITY_ENTRIES =
            gauge("ballast_affinity_entries", "Clients that ClientIP affinity remembers.");

    static final MetricFamily OPENED =
            counter("ballast_connections_opened_total", "TCP connections that were relayed to an endpoint.");
    static final MetricFamily ACTIVE = gauge("ballast_connections_active", "TCP connections that are being relayed.");
    static final MetricFamily CLOSED =
            counter("ballast_connections_closed_total", "TCP connections that ended, by reason.");
    static final MetricFamily BYTES = counter("ballast_bytes_total", "Payload bytes relayed.");
    static final MetricFamily CONNECT_DURATION =
            histogram("ballast_connect_duration_seconds", "Time until an endpoint accepted a connection.");
    static final MetricFamily CONNECT_FAILURES =
            counter("ballast_connect_failures_total", "Attempts to connect to an endpoint that failed, by reason.");
    static final MetricFamily CONNECT_RETRIES =
            counter("ballast_connect_retries_total", "Failed attempts after which another endpoint was tried.");
    static final MetricFamily REFUSED = counter("ballast_refused_total", "Clients that were turned away, by reason.");
    static final MetricFamily SESSIONS = gauge("ballast_udp_sessions_active", "UDP sessions that live.");
    static final MetricFamily DATAGRAMS = counter("ballast_datagrams_total", "UDP datagrams relayed.");
    static final MetricFamily ENDPOINTS =
            gauge("ballast_endpoints", "Endpoints that may get traffic from this node, by state.");

    static final MetricFamily ENDPOINT_ACTIVE =
            gauge("ballast_endpoint_connections_active", "Open connections and live sessions of one endpoint.");
    static final MetricFamily ENDPOINT_OPENED = counter(
            "ballast_endpoint_connections_opened_total", "Connections and sessions one endpoint was picked for.");
    static final MetricFamily ENDPOINT_FAILURES =
            counter("ballast_endpoint_connect_failures_total", "Attempts to connect to one endpoint that failed.");
    static final MetricFamily ENDPOINT_WEIGHT = gauge("ballast_endpoint_weight", "Weight of one endpoint.");

    private MetricNames() {}
}
