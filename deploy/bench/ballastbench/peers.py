"""Who is compared: how each way from client to endpoint is configured and started."""

import http.client
import json
import os
import re
import socket
import urllib.error
import urllib.request

from .bed import ECHO, HTTP, IPERF, NODE, POD_CIDR, PODS, SERVICE
from .shell import NGINX_STREAM, eventually, in_namespace, run

PORTS = (("http", "TCP", HTTP), ("iperf", "TCP", IPERF), ("echo", "UDP", ECHO))


def endpoints_of(port):
    """HTTP has two endpoints; iperf3 and the echo server are one process each."""
    return PODS if port == HTTP else PODS[:1]


class Peer:
    """A way to the endpoints. address is what clients dial, process who relays (none where the kernel does)."""

    address = SERVICE
    process = None
    speaks_udp = True
    # How many times as long as a round the warm-up takes; 0 for what was compiled before.
    warm_up = 0

    def __init__(self, bed):
        self.bed = bed

    def write(self, name, text):
        path = os.path.join(self.bed.directory, name)
        with open(path, "w") as file:
            file.write(text)
        return path

    def await_ready(self):
        """Returns once a client gets through."""

        def dial():
            try:
                socket.create_connection((self.address, HTTP), 2).close()
                return True
            except OSError:
                return False

        if self.process:
            eventually(lambda: in_namespace(self.bed.client, dial), 60, f"served (see {self.bed.directory})")

    def cpu_seconds(self):
        return self.process.cpu_seconds() if self.process else 0.0


class Direct(Peer):
    """No proxy: the client dials an endpoint."""

    address = PODS[0]

    def start(self):
        pass


class Kernel(Peer):
    """A plain DNAT by nftables, as kube-proxy's kernel modes end up."""

    def start(self):
        rules = []
        for _, protocol, port in PORTS:
            pods = endpoints_of(port)
            targets = ", ".join(f"{i} : {pod}" for i, pod in enumerate(pods))
            rules.append(
                f"ip daddr {SERVICE} {protocol.lower()} dport {port} dnat to numgen inc mod {len(pods)} map {{ {targets} }}"
            )
        chain = "type nat hook prerouting priority dstnat;\n" + "\n".join(rules)
        file = self.write("dnat.nft", f"table ip bench {{ chain services {{\n{chain}\n}}\n}}\n")
        run("ip", "netns", "exec", self.bed.node, "nft", "-f", file)


class Haproxy(Peer):
    """HAProxy in TCP mode: two threads, splicing where it thinks it pays. It has no UDP."""

    speaks_udp = False

    def start(self):
        run("ip", "-n", self.bed.node, "address", "add", f"{SERVICE}/32", "dev", "lo")
        parts = [
            "global\n  nbthread 2\n  maxconn 9300\n  maxpipes 300\n"
            "defaults\n  mode tcp\n  option splice-auto\n  timeout connect 3s\n"
            "  timeout client 600s\n  timeout server 600s\n"
        ]
        for name, protocol, port in PORTS:
            if protocol == "TCP":
                servers = "".join(f"  server s{i} {pod}:{port}\n" for i, pod in enumerate(endpoints_of(port)))
                parts.append(f"listen {name}\n  bind {SERVICE}:{port}\n{servers}")
        file = self.write("haproxy.cfg", "".join(parts))
        self.process = self.bed.start(self.bed.node, ["haproxy", "-db", "-f", file])


class Nginx(Peer):
    """nginx's stream module with two workers."""

    def start(self):
        run("ip", "-n", self.bed.node, "address", "add", f"{SERVICE}/32", "dev", "lo")
        servers = ""
        for name, protocol, port in PORTS:
            upstream = "".join(f"server {pod}:{port}; " for pod in endpoints_of(port))
            # As its documentation has it: without reuseport the datagrams of one session go to several workers.
            udp = "udp reuseport" if protocol == "UDP" else "backlog=4096"
            servers += f"upstream {name} {{ {upstream} }}\n"
            servers += f"server {{ listen {SERVICE}:{port} {udp}; proxy_pass {name}; proxy_timeout 600s; }}\n"
        directory = self.bed.directory
        file = self.write(
            "nginx.conf",
            f"load_module {NGINX_STREAM};\ndaemon off;\nworker_processes 2;\nworker_rlimit_nofile 20000;\n"
            f"pid {directory}/nginx.pid;\nerror_log {directory}/nginx-error.log;\n"
            f"events {{ worker_connections 19900; }}\nstream {{\n{servers}}}\n",
        )
        self.process = self.bed.start(self.bed.node, ["nginx", "-p", directory, "-c", file])


class Ballast(Peer):
    """Ballast from its distribution, following a directory of manifests."""

    warm_up = 2

    def __init__(self, bed, distribution, intercept, client_ip):
        super().__init__(bed)
        self.distribution = distribution
        self.flags = [f"--intercept={intercept}", f"--client-ip={client_ip}"]

    def start(self):
        source = os.path.join(self.bed.directory, "manifests")
        os.makedirs(source)
        with open(os.path.join(source, "objects.yaml"), "w") as file:
            file.write("\n---\n".join(json.dumps(each) for each in self.objects()))
        self.launch([f"--source-dir={source}"])

    def launch(self, flags, **options):
        program = os.path.join(self.distribution, "bin", "ballast")
        self.process = self.bed.start(
            self.bed.node,
            [program, "--hostname-override=node", f"--cluster-cidr={POD_CIDR}", *self.flags, *flags],
            **options,
        )

    def is_ready(self):
        def ask():
            try:
                with urllib.request.urlopen("http://127.0.0.1:10256/readyz", timeout=2) as answer:
                    return answer.status == 200
            except (http.client.HTTPException, urllib.error.URLError, OSError):
                return False  # Nobody listens; a connection may even have met itself, being from an ephemeral port.

        return in_namespace(self.bed.node, ask)

    def frontends(self):
        """How many the table in force has."""

        def ask():
            with urllib.request.urlopen("http://127.0.0.1:10249/statusz", timeout=10) as answer:
                return int(re.search(r"Frontends: (\d+)", answer.read().decode()).group(1))

        return in_namespace(self.bed.node, ask)

    @staticmethod
    def objects():
        yield {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": "node"},
            "spec": {"podCIDRs": [POD_CIDR]},
            "status": {"addresses": [{"type": "InternalIP", "address": NODE}]},
        }
        # One Service for each port would need three addresses; one with three ports has one slice for each.
        yield {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "bench", "namespace": "default"},
            "spec": {
                "clusterIP": SERVICE,
                "clusterIPs": [SERVICE],
                "ipFamilies": ["IPv4"],
                "ports": [{"name": name, "protocol": protocol, "port": port} for name, protocol, port in PORTS],
            },
        }
        for name, protocol, port in PORTS:
            yield {
                "apiVersion": "discovery.k8s.io/v1",
                "kind": "EndpointSlice",
                "metadata": {
                    "name": f"bench-{name}",
                    "namespace": "default",
                    "labels": {"kubernetes.io/service-name": "bench"},
                },
                "addressType": "IPv4",
                "ports": [{"name": name, "protocol": protocol, "port": port}],
                "endpoints": [
                    {"addresses": [pod], "conditions": {"ready": True}, "nodeName": "node"} for pod in endpoints_of(port)
                ],
            }


def all_peers(distribution):
    """Names in the order of the report, and what makes each."""

    def ballast(intercept, client_ip):
        return lambda bed: Ballast(bed, distribution, intercept, client_ip)

    return {
        "none": Direct,
        "dnat": Kernel,
        "haproxy": Haproxy,
        "nginx": Nginx,
        "bind-never": ballast("bind", "never"),
        "bind-auto": ballast("bind", "auto"),
        "sk-never": ballast("sk-lookup", "never"),
        "sk-auto": ballast("sk-lookup", "auto"),
    }
