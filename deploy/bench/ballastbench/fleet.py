"""The source at scale: many nodes' lists and watches against one server, while recorded churn is replayed."""

import os
import statistics
import subprocess
import time

from .apiserver import SLICES, ApiServer
from .shell import Process, eventually, run

ENDPOINTS_EACH = 10
PORT = 8080


def rollout(services, events, per_second):
    """Churn as it is recorded, (seconds from the start, Service): rollouts that replace ten endpoints one by one."""
    return [(turn / per_second, turn // ENDPOINTS_EACH * 37 % services) for turn in range(events)]


def read_recording(path):
    """A line for each event: seconds from the start, and the number of the Service whose slice changed."""
    with open(path) as file:
        return [(float(at), int(service)) for at, service in (line.split() for line in file if line.strip())]


class Fleet:
    """The process of all the nodes."""

    def __init__(self, distribution, directory, api, nodes, events):
        libraries = os.path.join(distribution, "lib", "*")
        source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "WatchFleet.java")
        run("javac", "-cp", libraries, "-d", directory, source)
        self.output = os.path.join(directory, "fleet.log")
        self.process = Process(
            ["java", "-XX:+UseSerialGC", "-Xss512k", "-cp", f"{directory}:{libraries}", "ballastbench.WatchFleet"]
            + [f"http://127.0.0.1:{api.server_port}", str(nodes), str(events)],
            self.output,
            stdin=subprocess.PIPE,
        )

    def lines(self):
        with open(self.output) as file:
            return [line.strip() for line in file]

    def is_ready(self):
        if self.process.process.poll() is not None:
            raise RuntimeError(f"the fleet ended: {self.lines()[-3:]}")
        return "ready" in self.lines()

    def arrivals(self):
        """Monotonic times in seconds; those of Java and Python are of one clock."""
        return [int(line) / 1e9 for line in self.lines() if line.isdigit()]


def measure(distribution, directory, nodes, services, churn):
    """Figures of one replay."""
    api = ApiServer(services, ENDPOINTS_EACH, PORT)
    fleet = Fleet(distribution, directory, api, nodes, len(churn))
    try:
        eventually(fleet.is_ready, 300, f"all lists are read (see {directory})")
        eventually(lambda: len(api.watches[SLICES]) == nodes, 60, "all watches are there")
        before, sent, announced = fleet.process.cpu_seconds(), 0, []
        began = time.monotonic()
        for turn, (at, service) in enumerate(churn):
            time.sleep(max(0, began + at - time.monotonic()))
            announced.append(time.monotonic())
            sent += api.roll(service, PORT, ENDPOINTS_EACH, turn)
        eventually(lambda: len(fleet.arrivals()) == len(churn), 300, "every node has every event")
        converged = sorted(last - start for start, last in zip(announced, fleet.arrivals(), strict=True))
        cpu = fleet.process.cpu_seconds() - before
        listed = sum(map(len, api.lists.values()))
        return {
            "nodes": nodes,
            "listed by each node, MB": listed / 1e6,
            "events": len(churn),
            "bytes per event and node": sent / len(churn),
            "bytes sent, MB": sent * nodes / 1e6,
            "CPU ms per event and node": cpu * 1000 / len(churn) / nodes,
            "until all nodes have it, median, ms": statistics.median(converged) * 1000,
            "until all nodes have it, p99, ms": converged[int(len(converged) * 0.99)] * 1000,
            "resident per node, MiB": fleet.process.resident_bytes() / nodes / (1 << 20),
        }
    finally:
        fleet.process.stop()
        api.shutdown()
