"""One measurement each: puts load on a peer from the client pod and returns named figures."""

import json
import re
import time

from .bed import ECHO, HTTP, IPERF
from .shell import in_namespace

MICROSECONDS = {"us": 1, "ms": 1000, "s": 1_000_000}
UDP_IN_FLIGHT = 64


def wrk(peer, seconds, connections, headers=()):
    options = [part for header in headers for part in ("-H", header)]
    url = f"http://{peer.address}:{HTTP}/"
    out = peer.bed.run_in_client(
        "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "8s", *options, url
    )
    failed = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)|Non-2xx.*: (\d+)", out)
    if failed:
        raise RuntimeError(f"{type(peer).__name__} failed requests: {failed.group(0)}")
    count, duration, unit = re.search(r"(\d+) requests in ([\d.]+)(ms|s|m)", out).groups()
    latencies = {
        f"p{percent}": float(value) * MICROSECONDS[unit]
        for percent, value, unit in re.findall(r"^\s+(50|99)%\s+([\d.]+)(us|ms|s)$", out, re.M)
    }
    return int(count), float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1)), latencies


def keep_alive(peer, seconds):
    before = peer.cpu_seconds()
    count, per_second, _ = wrk(peer, seconds, 64)
    return {
        "keep-alive requests/s": per_second,
        "CPU s per 100 000 requests": (peer.cpu_seconds() - before) / count * 100_000,
    }


def close(peer, seconds):
    before = peer.cpu_seconds()
    count, per_second, _ = wrk(peer, seconds, 64, ["Connection: close"])
    return {
        "connections/s": per_second,
        "CPU s per 10 000 connections": (peer.cpu_seconds() - before) / count * 10_000,
    }


def latency(peer, seconds):
    _, _, latencies = wrk(peer, seconds, 1)
    return {"p50, one connection, µs": latencies["p50"], "p99, one connection, µs": latencies["p99"]}


def bulk(streams):
    def measure(peer, seconds):
        before = peer.cpu_seconds()
        out = peer.bed.run_in_client(
            "iperf3", "-c", peer.address, "-p", str(IPERF), "-t", str(seconds), "-P", str(streams), "-J"
        )
        received = json.loads(out)["end"]["sum_received"]
        label = "bulk, one stream" if streams == 1 else f"bulk, {streams} streams"
        return {
            f"{label}, Gbit/s": received["bits_per_second"] / 1e9,
            f"{label}, CPU s per GB": (peer.cpu_seconds() - before) / (received["bytes"] / 1e9),
        }

    return measure


def udp(size, tool):
    def measure(peer, seconds):
        if not peer.speaks_udp:
            return {}
        before = peer.cpu_seconds()
        out = json.loads(
            peer.bed.run_in_client(
                *tool, "load", peer.address, str(ECHO), str(size), str(UDP_IN_FLIGHT), str(seconds)
            )
        )
        return {
            f"UDP echo, {size} bytes, datagrams/s": out["perSecond"],
            f"UDP echo, {size} bytes, CPU s per 100 000": (peer.cpu_seconds() - before) / out["count"] * 100_000,
            f"UDP echo, {size} bytes, lost": out["lost"],
        }

    return measure


def idle(peer, connections):
    """Resident memory of the proxy for each connection that is open and says nothing."""
    import socket

    if peer.process is None:
        return {}
    before = peer.process.resident_bytes()

    def hold():
        sockets = []
        try:
            for _ in range(connections):
                sockets.append(socket.create_connection((peer.address, HTTP), 10))
            time.sleep(1)
            return peer.process.resident_bytes()
        finally:
            for each in sockets:
                each.close()

    after = in_namespace(peer.bed.client, hold)
    time.sleep(1)
    return {"kB resident per idle connection": (after - before) / connections / 1000}
