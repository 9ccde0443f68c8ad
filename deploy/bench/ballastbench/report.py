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
    """Medians, and how the first Ballast column stands beside HAProxy and nginx."""
    rows = []
    ours = [name for name in peers if name not in ("none", "dnat", "haproxy", "nginx")]
    for name in figures.names():
        row = [name, *(number(figures.median(peer, name)) for peer in peers)]
        for other in ("haproxy", "nginx"):
            if ours and other in peers:
                row.append(number(figures.ratio(ours[0], other, name)))
        rows.append(row)
    ratios = [f"{HEADINGS[ours[0]]} / {HEADINGS[other]}" for other in ("haproxy", "nginx") if other in peers] if ours else []
    return table(["measure (median)", *(HEADINGS[peer] for peer in peers), *ratios], rows)


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
