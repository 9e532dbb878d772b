"""Load: dnsperf as fast as the server answers, tools/load.c at a fixed rate, and what both saw."""
import os
import re
import subprocess

import peers
import samples

TOOLS = ("echo", "flip", "load", "receive", "targets", "watch")


def build_tools(sources, directory):
    """Compiles the C programs into `directory`."""
    for tool in TOOLS:
        subprocess.run(["cc", "-O2", "-o", f"{directory}/{tool}", f"{sources}/{tool}.c"], check=True)
    os.environ["BENCH_TOOLS"] = str(directory)


def dnsperf(server, file, seconds, mode="udp", threads=1, edns=False, clients=None):
    """One run; answers per second, lost answers, mean latency, and the server's CPU in ns per answer."""
    # A receive buffer of the default size holds some 270 small packets. More outstanding would be lost at once by
    # servers that ask for no larger one, and dnsperf would wait for those instead of asking.
    clients, outstanding = clients or (8 if mode == "udp" else 20), 200
    with samples.taken(server.family(), server.directory / "samples") as user_share:
        before = server.cpu()
        done = subprocess.run(
            ["dnsperf", "-s", peers.ADDRESS, "-p", str(server.port), "-d", str(file), "-l", str(seconds), "-m", mode,
             "-c", str(clients * threads), "-T", str(threads), "-q", str(outstanding * threads), "-t", "2",
             *(["-e"] if edns else [])],
            capture_output=True, text=True, timeout=seconds + 60, stdin=subprocess.DEVNULL)
        after = server.cpu()
    number = lambda pattern: float(re.search(pattern + r":\s+([\d.]+)", done.stdout)[1])
    answers = number("Queries completed")
    if answers == 0:
        raise SystemExit(f"error: {server.kind} answered nothing:\n{done.stdout}{done.stderr}")
    user, system = ((now - then) / answers * 1e9 for then, now in zip(before, after))
    total, share = user + system, user_share()
    if share is not None:
        user, system = total * share, total * (1 - share)
    return {"answers/s": number("Queries per second"), "lost": number("Queries lost"),
            "mean us": number(r"Average Latency \(s\)") * 1e6,
            "user ns": user, "system ns": system, "total ns": total}


class SteadyLoad:
    """tools/load.c in the background: `rate` queries per second for `seconds`. It never sleeps: it has its own core."""

    def __init__(self, server, file, rate, seconds):
        self.seconds = seconds
        self.process = subprocess.Popen(
            ["taskset", "--cpu-list", str(max(os.sched_getaffinity(0))),
             f"{os.environ['BENCH_TOOLS']}/load", str(server.port), str(rate), str(seconds), str(file)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        # When its windows count from, in seconds on CLOCK_MONOTONIC.
        self.started = int(self.process.stderr.readline()) / 1e9

    def result(self):
        """Counts and latencies in us, and the windows as (ms, answers, worst us, lost)."""
        out, _ = self.process.communicate(timeout=self.seconds + 30)
        first, *rest = out.splitlines()
        keys = ("sent", "answered", "lost", "p50 us", "p99 us", "p99.9 us", "max us")
        windows = [tuple(map(int, line.split())) for line in rest]
        return dict(zip(keys, map(int, first.split()))), windows
