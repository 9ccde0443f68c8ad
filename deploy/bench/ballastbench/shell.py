"""Commands, processes and what the kernel says about them."""

import ctypes
import os
import re
import shutil
import signal
import subprocess
import threading
import time

TICKS = os.sysconf("SC_CLK_TCK")
CLONE_NEWNET = 0x40000000

# What is needed, and the Debian package that has it.
PACKAGES = {
    "ip": "iproute2",
    "nft": "nftables",
    "wrk": "wrk",
    "iperf3": "iperf3",
    "haproxy": "haproxy",
    "nginx": "nginx-light",
    "javac": "default-jdk-headless",
}
NGINX_STREAM = "/usr/lib/nginx/modules/ngx_stream_module.so"


def missing_packages(commands=tuple(PACKAGES)):
    missing = [PACKAGES[each] for each in commands if not shutil.which(each)]
    if "nginx" in commands and not os.path.exists(NGINX_STREAM):
        missing.append("libnginx-mod-stream")
    return missing


def run(*command, **options):
    """Runs a command to its end and returns what it printed; its error output is in the exception's message."""
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: exit {done.returncode}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def in_namespace(name, action):
    """Calls action on a thread of its own inside a network namespace, and returns what it returns."""
    result = {}

    def body():
        try:
            with open(f"/run/netns/{name}") as descriptor:
                if ctypes.CDLL(None, use_errno=True).setns(descriptor.fileno(), CLONE_NEWNET):
                    raise OSError(ctypes.get_errno(), "setns")
            result["value"] = action()
        except BaseException as e:  # handed to the caller's thread
            result["error"] = e

    thread = threading.Thread(target=body)
    thread.start()
    thread.join()
    if "error" in result:
        raise result["error"]
    return result["value"]


def eventually(condition, seconds, what, pause=0.02):
    """Asks again and again until condition is true."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(f"not within {seconds} s: {what}")
        time.sleep(pause)


class Process:
    """A process in the background with its children: one proxy, one server."""

    def __init__(self, command, log, **options):
        self.log = open(log, "ab")
        self.name = command[0]
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log, **options)

    @property
    def pid(self):
        return self.process.pid

    def pids(self):
        pids = [self.pid]
        for pid in pids:
            try:
                with open(f"/proc/{pid}/task/{pid}/children") as children:
                    pids += [int(child) for child in children.read().split()]
            except FileNotFoundError:
                pass
        return pids

    def cpu_seconds(self):
        """User and system time of all threads of all processes, those that have ended included."""
        ticks = 0
        for pid in self.pids():
            with open(f"/proc/{pid}/stat") as stat:
                fields = stat.read().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
            if pid == self.pid:
                ticks += int(fields[13]) + int(fields[14])
        return ticks / TICKS

    def resident_bytes(self):
        total = 0
        for pid in self.pids():
            with open(f"/proc/{pid}/status") as status:
                total += int(re.search(r"VmRSS:\s+(\d+) kB", status.read()).group(1)) * 1024
        return total

    def end(self, seconds):
        """Asks it to end, and gives it time for what it does then."""
        self.process.send_signal(signal.SIGTERM)
        if self.process.wait(seconds):
            raise RuntimeError(f"{self.name} ended with {self.process.returncode}")

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()
