"""What many Services cost: memory, time to serve, time until a change counts. Each against a server of our own."""

import os
import socket
import statistics
import threading
import time

from .apiserver import ApiServer, address
from .bed import Bed
from .peers import Ballast
from .shell import eventually, in_namespace, run

ENDPOINTS_EACH = 10
CHANGES = 200
CHURN = 2000
CHURN_PER_SECOND = 200
ANSWER_PORT = 8080
# docs/operations.md, "What stays in the kernel".
ROUTE_PROTOCOL = 177
# Seconds after the start at which memory is looked at: what compilers freed goes back every five seconds.
SETTLE = 12
# Seconds between two questions whether it serves: each costs a process that starts as much as some Services.
PROBE = 0.1
# Services of the run that the archive for later starts is written of.
TRAINING = 1000


def write_archive(distribution, directory):
    """Leaves in the distribution what every later start reads, of a run with some Services; returns its files."""
    before = set(os.listdir(os.path.join(distribution, "lib")))
    bed = Bed("archive", directory, None, servers=False)
    try:
        api = in_namespace(bed.node, lambda: ApiServer(TRAINING, ENDPOINTS_EACH, ANSWER_PORT))
        ballast = Ballast(bed, distribution, "sk-lookup", "never")
        ballast.launch(
            [f"--master=http://127.0.0.1:{api.server_port}"], env={**os.environ, "BALLAST_ARCHIVE": "write"}
        )
        eventually(ballast.is_ready, 120, f"Ballast is ready (see {bed.directory})", pause=PROBE)
        ballast.process.end(180)
        api.shutdown()
    finally:
        bed.close()
    return [os.path.join(distribution, "lib", name) for name in set(os.listdir(f"{distribution}/lib")) - before]


def measure(name, services, distribution, directory, changing):
    """Figures of one start with that many Services."""
    bed = Bed(name, directory, None, servers=False)
    try:
        # The endpoints exist nowhere; connecting to one fails at once.
        run("ip", "-n", bed.node, "route", "add", "unreachable", "172.0.0.0/8")
        api = in_namespace(bed.node, lambda: ApiServer(services, ENDPOINTS_EACH, ANSWER_PORT))
        ballast = Ballast(bed, distribution, "sk-lookup", "never")
        began = time.monotonic()
        ballast.launch([f"--master=http://127.0.0.1:{api.server_port}"])
        eventually(ballast.is_ready, 120, f"Ballast is ready (see {bed.directory})", pause=PROBE)
        figures = {"start to serving, s": time.monotonic() - began, "CPU s of it": ballast.process.cpu_seconds()}
        figures["listed, MB"] = sum(map(len, api.lists.values())) / 1e6
        time.sleep(SETTLE)
        figures["resident, MiB"] = ballast.process.resident_bytes() / (1 << 20)
        if changing:
            figures.update(changes(bed, api, services))
            figures.update(churn(ballast.process, api, services))
            figures["resident after changes, MiB"] = ballast.process.resident_bytes() / (1 << 20)
            figures.update(all_at_once(bed, ballast, api, services))
            figures["resident after all came back, MiB"] = ballast.process.resident_bytes() / (1 << 20)
        api.shutdown()
        return figures
    finally:
        bed.close()


def churn(process, api, services):
    """What the node pays for each change that goes on somewhere in the cluster: a rollout, replayed at its pace."""
    before = process.cpu_seconds()
    bytes_sent = 0
    began = time.monotonic()
    for turn in range(CHURN):
        bytes_sent += api.roll(turn * 37 % services, ANSWER_PORT, ENDPOINTS_EACH, turn)
        time.sleep(max(0, began + (turn + 1) / CHURN_PER_SECOND - time.monotonic()))
    time.sleep(1)
    return {
        "CPU ms per slice event": (process.cpu_seconds() - before) / CHURN * 1000,
        "bytes per slice event": bytes_sent / CHURN,
    }


def all_at_once(bed, ballast, api, services):
    """Seconds from the first event's way out until the kernel has followed: all gone, all back."""

    def routes():
        listed = run("ip", "-n", bed.node, "route", "show", "table", "local", "proto", str(ROUTE_PROTOCOL))
        return listed.count("\n")

    def is_served():
        """Whether the last one is: its connection is accepted, whatever becomes of it then."""
        try:
            socket.create_connection((address(96, services - 1 + 256), api.port), 1).close()
            return True
        except OSError:
            return False

    def followed(frontends):
        return (
            ballast.frontends() == frontends
            and routes() == frontends
            and in_namespace(bed.client, is_served) == (frontends > 0)
        )

    figures = {}
    for name, kind, frontends in (("gone", "DELETED", 0), ("back", "ADDED", services)):
        events = api.all_events(kind, services)
        before = ballast.process.cpu_seconds()
        began = time.monotonic()
        api.send(events)
        eventually(lambda want=frontends: followed(want), 120, f"all Services are {name}")
        figures[f"all Services {name}, s"] = time.monotonic() - began
        figures[f"all Services {name}, CPU s"] = ballast.process.cpu_seconds() - before
    return figures


class Answerer:
    """A pod that says which one it is to whoever connects."""

    def __init__(self, number):
        self.number = str(number).encode()
        self.socket = socket.create_server(("0.0.0.0", ANSWER_PORT), backlog=256)

    def serve(self):
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            client.sendall(self.number)
            client.close()


def changes(bed, api, services):
    """Milliseconds from an event's way out of the server to the first connection that follows it."""
    answerers = [in_namespace(pod, lambda i=i: Answerer(i)) for i, pod in enumerate(bed.pods)]
    for each in answerers:
        threading.Thread(target=each.serve, daemon=True).start()

    def probe(target):
        with socket.create_connection((target, ANSWER_PORT), 5) as client:
            return client.recv(1)

    def all_changes():
        times = []
        for turn in range(CHANGES + 20):
            # A Service in the middle of the table, another one each time; its pods are dialled in turn.
            index, pod = (turn // 2 * 37) % services, turn % 2
            began = time.monotonic()
            api.change_slice(index, ANSWER_PORT, pod)
            target = address(96, index + 256)
            while True:
                try:
                    if probe(target) == b"%d" % pod:
                        break
                except OSError:
                    pass  # Its other endpoints exist nowhere: refused or reset until the change counts.
                if time.monotonic() - began > 30:
                    raise RuntimeError(f"change of s{index} did not count within 30 s")
            times.append((time.monotonic() - began) * 1000)
        return times[20:]

    times = sorted(in_namespace(bed.client, all_changes))
    for each in answerers:
        each.socket.shutdown(socket.SHUT_RDWR)
        each.socket.close()
    return {
        "change effective, median, ms": statistics.median(times),
        "change effective, p99, ms": times[int(len(times) * 0.99)],
    }
