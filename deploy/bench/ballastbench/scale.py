"""What many Services cost: memory, time to serve, time until a change counts. Each against a server of our own."""

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
        eventually(lambda: ballast.is_ready(), 120, f"Ballast is ready (see {bed.directory})")
        figures = {"start to serving, s": time.monotonic() - began}
        figures["listed, MB"] = sum(map(len, api.lists.values())) / 1e6
        time.sleep(5)
        figures["resident, MiB"] = ballast.process.resident_bytes() / (1 << 20)
        if changing:
            figures.update(changes(bed, api, services))
            figures.update(churn(ballast.process, api, services))
            figures["resident after changes, MiB"] = ballast.process.resident_bytes() / (1 << 20)
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
