"""From a verdict to the first changed answer: a stand-in says 500, and a client asks as fast as it can.

The verdict is due when the stand-in has sent its answer; from there on all is ours: reading it, the state machine, the
new snapshot, and the UDP worker's next look. Measured from outside, on one clock.
"""
import math
import os
import subprocess
import time

import peers
from servers import Server, die_with_parent, running
import table
import zones


class StandIn:
    """tools/flip.c: both targets of each pool. The first says 500 to `/POOL` when it is told to."""

    def __init__(self, port):
        self.port = port
        self.process = subprocess.Popen(
            [f"{os.environ['BENCH_TOOLS']}/flip", str(port), peers.POOL_TARGETS[0]],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, preexec_fn=die_with_parent)

    def fail(self, pool):
        self.process.stdin.write(f"/{pool}\n")
        self.process.stdin.flush()

    def sent(self, pool):
        """When the 500 of the pool was sent, in ns of CLOCK_MONOTONIC."""
        while (words := self.process.stdout.readline().split())[0] != f"/{pool}":
            pass
        return int(words[1])

    def stop(self):
        self.process.stdin.close()
        self.process.wait(5)


def run(bench):
    count = bench.options.verdicts
    result = measure(bench, count)
    bench.title(f"From verdict to changed answer, {count} changes")
    row = [f"{result[key]:.0f}" for key in ("p50", "p99", "max")] + [result["missing"]]
    print(table.markdown(["p50 us", "p99 us", "max us", "not seen"], [row]), flush=True)
    result["first us"] = firsts = sorted(measure(bench, 1, calm=2)["us"][0] for _ in range(bench.options.starts))
    bench.title(f"The same, the first change after a start, {len(firsts)} starts")
    row = [f"{figure:.0f}" for figure in (firsts[len(firsts) // 2], firsts[-1])]
    print(table.markdown(["p50 us", "max us"], [row]), flush=True)
    # Of fewer than 100, the largest stands for 99 of 100.
    if count >= 100:
        p99 = result["p99"]
        is_met = p99 <= 1000 and not result["missing"]
        bench.bar("verdict to changed answer, p99", "<= 1 ms", f"{p99 / 1000:.2f} ms", is_met)
    return result


def measure(bench, count, more=None, calm=1):
    """`count` changes in us. `more`: checks and pools to watch beside those that change, as they stand in
    triagedns.yaml; `calm`: seconds between the start and the first change."""
    stand_in = StandIn(bench.next_port())
    times = []
    try:
        server = start(bench, count, stand_in.port, *more or ("", ""))
        with running([server]):
            server.wait_up()
            time.sleep(calm)
            for number in range(count):
                times.append(one_change(bench, server, stand_in, f"p{number}"))
    finally:
        stand_in.stop()
    seen = sorted(time for time in times if time is not None) or [float("inf")]
    p50, p99 = (seen[math.ceil(len(seen) * share) - 1] for share in (.5, .99))
    return {"p50": p50, "p99": p99, "max": seen[-1], "us": seen, "missing": times.count(None)}


def start(bench, count, port, more_checks, more_pools):
    """One pool for each change, as a target that has changed often is damped."""
    def setup(directory, files, dns_port, threads, pool):
        argv = peers.triagedns(directory, files, dns_port, threads, pool=False)
        text = "checks:\n" + "".join(
            f"  c{n}: {{type: http, port: {port}, path: /p{n}, interval: 1s, fall: 1, rise: 1}}\n"
            for n in range(count)) + more_checks
        a, b = peers.POOL_TARGETS
        text += "pools:\n" + "".join(
            f"  p{n}: {{policy: failover, checks: [c{n}], targets: {{a: {a}, b: {b}}}}}\n"
            for n in range(count)) + more_pools
        peers.write(directory, "zones/triagedns.yaml", text)
        return argv
    peers.SETUPS["verdict"] = setup
    records = "".join(f"p{n} 30 IN POOL p{n}\n" for n in range(count))
    path = bench.scratch / "verdict.zone"
    zones.write_zone(path, 10, records)
    return Server("verdict", bench.directory("verdict"), [("example.com", path)], bench.next_port(),
                  expect=["p0.example.com"])


def one_change(bench, server, stand_in, pool):
    """us from the stand-in's 500 to the first answer without it; None if none came."""
    file = zones.write_packets(bench.scratch / "watched", [(f"{pool}.example.com", "A")])
    watch = subprocess.Popen([f"{os.environ['BENCH_TOOLS']}/watch", str(server.port), str(file), "5"],
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    watch.stdout.readline()
    stand_in.fail(pool)
    changed, _ = watch.communicate(timeout=10)
    return (int(changed) - stand_in.sent(pool)) / 1000 if changed.strip() else None
