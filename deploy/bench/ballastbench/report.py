"""Figures as tables."""

import os
import platform
import re
import subprocess

HEADINGS = {
    "none": "no proxy",
    "dnat": "nftables DNAT",
    "haproxy": "HAProxy",
    "nginx": "nginx",
    "bind-never": "Ballast bind",
    "bind-auto": "Ballast bind, client's address",
    "sk-never": "Ballast sk-lookup",
    "sk-auto": "Ballast sk-lookup, client's address",
}


def number(value):
    if value is None:
        return "–"
    if value >= 1000:
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def traffic(figures, peers):
    """Medians of every figure."""
    rows = [[name, *(number(figures.median(peer, name)) for peer in peers)] for name in figures.names()]
    return table(["measure (median)", *(HEADINGS[peer] for peer in peers)], rows)


# Measure, whether more is better, and what is aimed at beside the better of HAProxy and nginx.
GOALS = (
    ("keep-alive requests/s", True, 1.0),
    ("CPU s per 100 000 requests", False, 1.0),
    ("connections/s", True, 1.2),
    ("CPU s per 10 000 connections", False, 1.0),
    ("p50, one connection, µs", False, 1.0),
    ("bulk, one stream, Gbit/s", True, 1.0),
    ("bulk, one stream, CPU s per GB", False, 1.0),
    ("bulk, 8 streams, Gbit/s", True, 1.0),
    ("bulk, 8 streams, CPU s per GB", False, 1.0),
    ("UDP echo, 64 bytes, datagrams/s", True, 1.0),
    ("UDP echo, 1400 bytes, datagrams/s", True, 1.0),
)
# What keeping the client's address and sk-lookup may cost, and what UDP may lose to no proxy at all.
KEPT = (("keep-alive requests/s", 0.9), ("bulk, one stream, Gbit/s", 0.9), ("bulk, 8 streams, Gbit/s", 0.9))
NO_PROXY = (("UDP echo, 64 bytes, datagrams/s", 0.4), ("UDP echo, 1400 bytes, datagrams/s", 0.4))


def goals(figures, peers):
    """Ratios beside what is aimed at; what misses it is in bold."""
    ours = [name for name in peers if name.startswith(("bind-", "sk-"))]
    rivals = [name for name in peers if name in ("haproxy", "nginx")]
    rows = []
    for name, more, goal in GOALS:
        rows.append(beside(figures, ours, rivals, f"{name} / the better", name, more, goal))
    for name, goal in NO_PROXY:
        rows.append(beside(figures, ours, ["none"], f"{name} / no proxy", name, True, goal))
    for name, goal in KEPT:
        rows.append(beside(figures, ours, ["bind-never"], f"{name} / Ballast bind", name, True, goal))
    return table(["ratio (median of the rounds')", *(HEADINGS[each] for each in ours), "aimed at"], rows)


def beside(figures, ours, others, label, name, more, goal):
    """One row: each of ours beside whichever of the others it looks worse against."""
    cells = []
    for peer in ours:
        ratios = [ratio for other in others if (ratio := figures.ratio(peer, other, name)) is not None]
        worst = (min if more else max)(ratios, default=None)
        met = worst is not None and (round(worst, 2) >= goal if more else round(worst, 2) <= goal)
        cells.append("–" if worst is None else f"{worst:.2f}" if met else f"**{worst:.2f}**")
    return [label, *cells, f"{'≥' if more else '≤'} {goal}"]


# The most that is aimed at for each number of Services.
SCALE_GOALS = {
    "start to serving, s": {1: 1.5, 10_000: 4},
    "resident, MiB": {1: 120, 1000: 140, 10_000: 320},
    "change effective, p99, ms": {10_000: 10},
}


def scale(columns):
    """What each number of Services costs, from figures by number; what misses its goal is in bold."""
    names = dict.fromkeys(name for figures in columns.values() for name in figures)
    rows = []
    for name in names:
        goals = SCALE_GOALS.get(name, {})
        cells = []
        for services, figures in columns.items():
            value, goal = figures.get(name), goals.get(services)
            shown = number(value)
            cells.append(f"**{shown}** (aimed at: {goal})" if goal and value and value > goal else shown)
        rows.append([name, *cells])
    return table(["measure", *(f"{services} Services" for services in columns)], rows)


def machine(distribution):
    """Where it was measured, in one paragraph."""
    with open("/proc/cpuinfo") as file:
        model = re.search(r"model name\s*:\s*(.*)", file.read())
    versions = ", ".join(
        found.group(0)
        for command, pattern in (
            (["haproxy", "-v"], r"HAProxy version [\d.]+"),
            (["nginx", "-v"], r"nginx/[\d.]+"),
            (["wrk", "-v"], r"wrk [\w.-]+"),
            (["iperf3", "-v"], r"iperf [\d.]+"),
        )
        if (found := re.search(pattern, first_line(command)))
    )
    return (
        f"{os.cpu_count()} × {model.group(1) if model else platform.machine()}, Linux {platform.release().split('-')[0]}, "
        f"{jdk(distribution)}; {versions}."
    )


def jdk(distribution):
    """The JDK that bin/ballast takes."""
    with open(os.path.join(distribution, "bin", "ballast")) as file:
        chooser = file.read().partition("\nfind_home\n")[0]
    home = first_line(["sh", "-c", f'{chooser}\nfind_java\necho "$java_home"'])
    version = re.search(r'version "([^"]+)"', first_line([os.path.join(home, "bin", "java"), "-version"]))
    return f"JDK {version.group(1)}" if version else "unknown JDK"


def first_line(command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return ((done.stdout + done.stderr).splitlines() or [""])[0]


def write_between(path, mark, text):
    """Replaces what stands between two marks of a Markdown file."""
    begin, end = f"<!-- {mark} -->", f"<!-- end of {mark} -->"
    with open(path) as file:
        before, found, rest = file.read().partition(begin)
    _, found_end, after = rest.partition(end)
    if not found or not found_end:
        raise RuntimeError(f"{path} has no {begin} … {end}")
    with open(path, "w") as file:
        file.write(f"{before}{begin}\n{text}\n{end}{after}")
