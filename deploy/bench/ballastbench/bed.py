"""One machine in namespaces: a client pod, the node, and endpoint pods behind veth pairs."""

import os

from .shell import Process, in_namespace, run

SERVICE = "10.96.0.10"
CLIENT = "10.244.0.2"
PODS = ("10.244.0.11", "10.244.0.12")
POD_CIDR = "10.244.0.0/24"
NODE = "192.0.2.1"
HTTP, IPERF, ECHO = 80, 5201, 7

ENDPOINT_NGINX = """
daemon off;
worker_processes 1;
worker_rlimit_nofile 20000;
pid {directory}/nginx.pid;
error_log {directory}/nginx-error.log;
events {{ worker_connections 19000; }}
http {{
  access_log off;
  keepalive_requests 1000000000;
  keepalive_timeout 600s;
  client_header_timeout 600s;
  server {{ listen {port} backlog=4096; location / {{ return 200 "ok\\n"; }} }}
}}
"""


class Bed:
    """Namespaces and endpoint servers of one peer; everything goes when it is closed."""

    def __init__(self, name, directory, udp_tool, servers=True):
        self.prefix = f"bb{os.getpid()}-{name}"
        self.directory = os.path.join(directory, name)
        os.makedirs(self.directory)
        self.client, self.node = f"{self.prefix}-client", f"{self.prefix}-node"
        self.pods = [f"{self.prefix}-pod{i}" for i in range(len(PODS))]
        self.processes = []
        self.namespaces = []
        try:
            self.wire()
            if servers:
                self.start_servers(udp_tool)
        except BaseException:
            self.close()
            raise

    def wire(self):
        for namespace in [self.node, self.client, *self.pods]:
            run("ip", "netns", "add", namespace)
            self.namespaces.append(namespace)
            run("ip", "-n", namespace, "link", "set", "lo", "up")
            self.sysctl(namespace, "net.ipv4.ip_local_port_range", "10000 60000")
            self.sysctl(namespace, "net.ipv4.tcp_max_syn_backlog", "8192")
            self.sysctl(namespace, "net.core.somaxconn", "8192")
        self.sysctl(self.node, "net.ipv4.ip_forward", "1")
        # What a node has before any Service: an interface to other nodes with its own address.
        run("ip", "-n", self.node, "link", "add", "eth0", "type", "veth", "peer", "uplink")
        run("ip", "-n", self.node, "address", "add", f"{NODE}/24", "dev", "eth0")
        run("ip", "-n", self.node, "link", "set", "eth0", "up")
        run("ip", "-n", self.node, "link", "set", "uplink", "up")
        run("ip", "-n", self.node, "route", "add", "default", "via", "192.0.2.254")
        for namespace, address, device in zip(
            [self.client, *self.pods], [CLIENT, *PODS], ["client", "pod0", "pod1"], strict=True
        ):
            self.connect(namespace, address, device)

    def connect(self, namespace, address, device):
        """A pod as the ptp plug-in makes it: a veth pair and a route to one address."""
        run("ip", "-n", self.node, "link", "add", device, "type", "veth", "peer", "eth0", "netns", namespace)
        run("ip", "-n", namespace, "address", "add", f"{address}/32", "dev", "eth0")
        run("ip", "-n", namespace, "link", "set", "eth0", "up")
        run("ip", "-n", self.node, "link", "set", device, "up")
        run("ip", "-n", self.node, "route", "add", address, "dev", device, "src", NODE)
        run("ip", "-n", namespace, "route", "add", "169.254.1.1", "dev", "eth0", "scope", "link")
        run("ip", "-n", namespace, "route", "add", "default", "via", "169.254.1.1")
        self.sysctl(self.node, f"net.ipv4.conf.{device}.proxy_arp", "1")
        self.sysctl(self.node, f"net.ipv4.neigh.{device}.proxy_delay", "0")

    @staticmethod
    def sysctl(namespace, name, value):
        def write():
            with open("/proc/sys/" + name.replace(".", "/"), "w") as file:
                file.write(value)

        in_namespace(namespace, write)

    def start_servers(self, udp_tool):
        for index, pod in enumerate(self.pods):
            directory = os.path.join(self.directory, f"pod{index}")
            os.makedirs(directory)
            config = os.path.join(directory, "nginx.conf")
            with open(config, "w") as file:
                file.write(ENDPOINT_NGINX.format(directory=directory, port=HTTP))
            self.start(pod, ["nginx", "-p", directory, "-c", config])
        self.start(self.pods[0], ["iperf3", "-s", "-p", str(IPERF)])
        self.start(self.pods[0], [*udp_tool, "echo", str(ECHO)])

    def start(self, namespace, command, **options):
        log = os.path.join(self.directory, f"{os.path.basename(command[0])}.log")
        process = Process(["ip", "netns", "exec", namespace, *command], log, **options)
        self.processes.append(process)
        return process

    def run_in_client(self, *command):
        return run("ip", "netns", "exec", self.client, *command)

    def close(self):
        for process in reversed(self.processes):
            process.stop()
        for namespace in self.namespaces:
            run("ip", "netns", "delete", namespace)
        self.processes, self.namespaces = [], []
