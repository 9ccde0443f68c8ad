"""As much of a Kubernetes API server as a service proxy asks for: three lists, three watches, events into the void."""

import http.server
import json
import queue
import threading
import urllib.parse

from .bed import NODE, POD_CIDR, PODS

RESOURCES = {
    "/api/v1/services": ("v1", "ServiceList"),
    "/apis/discovery.k8s.io/v1/endpointslices": ("discovery.k8s.io/v1", "EndpointSliceList"),
    "/api/v1/nodes": ("v1", "NodeList"),
}
SERVICES, SLICES, NODES = RESOURCES
# A server that is asked for much at once fills its packets.
EVENTS_PER_CHUNK = 100


def node():
    return {
        "metadata": {"name": "node", "resourceVersion": "1"},
        "spec": {"podCIDRs": [POD_CIDR]},
        "status": {"addresses": [{"type": "InternalIP", "address": NODE}]},
    }


def address(network, index):
    return f"{network}.{index >> 16 & 255}.{index >> 8 & 255}.{index & 255}"


def service(index, port):
    return {
        "metadata": {"name": f"s{index}", "namespace": "default", "resourceVersion": "1", "uid": f"uid-s-{index}"},
        "spec": {
            "type": "ClusterIP",
            "clusterIP": address(96, index + 256),
            "clusterIPs": [address(96, index + 256)],
            "ipFamilies": ["IPv4"],
            "ports": [{"name": "http", "protocol": "TCP", "port": port, "targetPort": port}],
        },
    }


def endpoint(ip, pod):
    return {
        "addresses": [ip],
        "conditions": {"ready": True, "serving": True, "terminating": False},
        "nodeName": "node-7",
        "zone": "zone-a",
        "targetRef": {"kind": "Pod", "name": pod, "namespace": "default", "uid": f"uid-{pod}"},
    }


def slice_of(index, port, endpoints, version=1):
    return {
        "metadata": {
            "name": f"s{index}-abcde",
            "namespace": "default",
            "resourceVersion": str(version),
            "uid": f"uid-e-{index}",
            "labels": {"kubernetes.io/service-name": f"s{index}"},
        },
        "addressType": "IPv4",
        "ports": [{"name": "http", "protocol": "TCP", "port": port}],
        "endpoints": endpoints,
    }


def many_endpoints(index, count):
    return [endpoint(address(172, index * count + i), f"s{index}-{i}") for i in range(count)]


class ApiServer(http.server.ThreadingHTTPServer):
    """Bound in the namespace of the thread that makes it. Serves from threads of its own."""

    daemon_threads = True

    def __init__(self, services, endpoints_each, port=80):
        super().__init__(("127.0.0.1", 0), Handler)
        self.endpoints_each = endpoints_each
        self.port = port
        self.version = 1
        self.watches = {path: [] for path in RESOURCES}
        self.lists = {
            SERVICES: self.listing(SERVICES, [service(i, port) for i in range(services)]),
            SLICES: self.listing(
                SLICES, [slice_of(i, port, many_endpoints(i, endpoints_each)) for i in range(services)]
            ),
            NODES: self.listing(NODES, [node()]),
        }
        # Sockets belong to the namespace of the thread that opens them; accepted ones to that of their listener.
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @staticmethod
    def listing(path, items):
        version, kind = RESOURCES[path]
        body = {"apiVersion": version, "kind": kind, "metadata": {"resourceVersion": "1"}, "items": items}
        return json.dumps(body, separators=(",", ":")).encode()

    def change_slice(self, index, port, pod):
        """Announces that Service index has this one endpoint from now on."""
        self.announce(slice_of(index, port, [endpoint(PODS[pod], f"pod-{pod}")], self.next_version()))

    def roll(self, index, port, endpoints_each, turn):
        """Announces that one of a Service's many endpoints was replaced; returns how many bytes that takes."""
        endpoints = many_endpoints(index, endpoints_each)
        endpoints[turn % endpoints_each] = endpoint(address(173, turn), f"s{index}-new-{turn}")
        return self.announce(slice_of(index, port, endpoints, self.next_version()))

    def all_events(self, kind, services):
        """The events in which all Services and their slices come or go, by resource: (bytes, whole chunks of them)."""
        events = {SERVICES: [], SLICES: []}
        for index in range(services):
            slice_ = slice_of(
                index, self.port, many_endpoints(index, self.endpoints_each), self.next_version()
            )
            service_ = service(index, self.port)
            service_["metadata"]["resourceVersion"] = str(self.next_version())
            events[SERVICES].append(self.event(kind, "v1", "Service", service_))
            events[SLICES].append(self.event(kind, "discovery.k8s.io/v1", "EndpointSlice", slice_))
        return {
            path: [b"".join(all_of[i : i + EVENTS_PER_CHUNK]) for i in range(0, len(all_of), EVENTS_PER_CHUNK)]
            for path, all_of in events.items()
        }

    def send(self, events):
        for path, chunks in events.items():
            for watch in self.watches[path]:
                for chunk in chunks:
                    watch.put(chunk)

    def next_version(self):
        self.version += 1
        return self.version

    @staticmethod
    def event(type_, version, kind, changed):
        changed.update(apiVersion=version, kind=kind)
        return json.dumps({"type": type_, "object": changed}, separators=(",", ":")).encode() + b"\n"

    def announce(self, changed):
        event = self.event("MODIFIED", "discovery.k8s.io/v1", "EndpointSlice", changed)
        self.send({SLICES: [event]})
        return len(event)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        if url.path not in RESOURCES:
            self.answer(404, b"{}")
        elif "watch" in urllib.parse.parse_qs(url.query):
            self.watch(url.path)
        else:
            self.answer(200, self.server.lists[url.path])

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.answer(201, b"{}")

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def watch(self, path):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        events = queue.SimpleQueue()
        self.server.watches[path].append(events)
        try:
            while True:
                event = events.get()
                self.wfile.write(b"%x\r\n%s\r\n" % (len(event), event))
                self.wfile.flush()
        except OSError:
            self.close_connection = True
        finally:
            self.server.watches[path].remove(events)

    def log_message(self, *_):
        pass
