"""Rounds of load on all peers in turn, so that a slow minute of the machine meets them all."""

import statistics
import sys

from . import loads
from .bed import Bed
from .peers import all_peers


class Figures:
    """What was measured, by peer and by figure."""

    def __init__(self):
        self.samples = {}

    def add(self, peer, figures):
        for name, value in figures.items():
            self.samples.setdefault(peer, {}).setdefault(name, []).append(value)

    def names(self):
        seen = {}
        for figures in self.samples.values():
            seen.update(dict.fromkeys(figures))
        return list(seen)

    def median(self, peer, name):
        samples = self.samples.get(peer, {}).get(name)
        return statistics.median(samples) if samples else None

    def ratio(self, peer, other, name):
        """The median of each round's ratio: what slows a whole round down does not count."""
        ours, theirs = (self.samples.get(each, {}).get(name) for each in (peer, other))
        if not ours or not theirs or len(ours) != len(theirs) or not all(theirs):
            return None
        return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))


def full_plan(udp_tool):
    """Each measure with its seconds."""
    return [
        (loads.keep_alive, 4),
        (loads.close, 4),
        (loads.latency, 2),
        (loads.bulk(1), 3),
        (loads.bulk(8), 3),
        (loads.udp(64, udp_tool), 2),
        (loads.udp(1400, udp_tool), 2),
    ]


def quick_plan(_udp_tool):
    return [(loads.keep_alive, 3), (loads.close, 3), (loads.bulk(1), 2)]


class Comparison:
    """The beds of some peers, and the rounds on them."""

    def __init__(self, names, distribution, directory, udp_tool):
        self.beds = []
        self.peers = {}
        makers = all_peers(distribution)
        try:
            for name in names:
                bed = Bed(name, directory, udp_tool)
                self.beds.append(bed)
                self.peers[name] = makers[name](bed)
                self.peers[name].start()
                self.peers[name].await_ready()
        except BaseException:
            self.close()
            raise

    def warm_up(self, plan):
        """A daemon runs for weeks: the JVM gets the time to compile what is hot; for the others a moment is enough."""
        for name, peer in self.peers.items():
            say(f"warm-up: {name}")
            for measure, seconds in plan:
                measure(peer, peer.warm_up * seconds if peer.warm_up else 1)

    def run(self, plan, rounds):
        figures = Figures()
        for turn in range(rounds):
            for measure, seconds in plan:
                for name, peer in self.peers.items():
                    measured = measure(peer, seconds)
                    figures.add(name, measured)
                    shown = ", ".join(f"{figure} {value:,.4g}" for figure, value in measured.items())
                    say(f"round {turn + 1}/{rounds} {name}: {shown or 'not measured'}")
        return figures

    def idle(self, connections, figures):
        for name, peer in self.peers.items():
            figures.add(name, loads.idle(peer, connections))

    def close(self):
        for bed in self.beds:
            bed.close()


def say(text):
    print(text, file=sys.stderr, flush=True)
