"""From a verdict to the first changed answer: a stand-in says 500, and a client asks as fast as it can.

The verdict is due when the stand-in has sent its answer; from there on all is ours: reading it, the state machine, the
new snapshot, and the UDP worker's next look. Measured from outside, on one clock.
"""
import http.server
import os
import subprocess
import threading
import time

import peers
from servers import Server, running
import table
import zones


class StandIn(http.server.BaseHTTPRequestHandler):
    """Both targets of each pool. The first says 500 to `/POOL` once the pool is in `failing`, and writes down when."""

    protocol_version = "HTTP/1.0"
    failing, sent = set(), {}

    def do_GET(self):
        pool = self.path.strip("/")
        # Before the answer is sent: nothing of what follows is left out.
        fails = pool in self.failing and self.connection.getsockname()[0] == peers.POOL_TARGETS[0]
        if fails:
            self.sent.setdefault(pool, time.monotonic_ns())
        self.wfile.write(b"HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n" % (b"500 No" if fails else b"200 OK"))

    def log_message(self, *_):
        pass


class Targets(http.server.ThreadingHTTPServer):
    # All are probed at once. The default of 5 connections that wait would make the others wait for a retransmission.
    request_queue_size = 1024


def run(bench):
    count = bench.options.verdicts
    result = measure(bench, count)
    bench.title(f"From verdict to changed answer, {count} changes")
    row = [f"{result[key]:.0f}" for key in ("p50", "p99", "max")] + [result["missing"]]
    print(table.markdown(["p50 us", "p99 us", "max us", "not seen"], [row]), flush=True)
    p99 = result["p99"]
    is_met = p99 <= 1000 and not result["missing"]
    bench.bar("verdict to changed answer, p99", "<= 1 ms", f"{p99 / 1000:.2f} ms", is_met)
    return result


def measure(bench, count, more=None, calm=1):
    """`count` changes in us. `more`: checks and pools to watch beside those that change, as they stand in
    triagedns.yaml; `calm`: seconds between the start and the first change."""
    StandIn.failing, StandIn.sent = set(), {}
    stand_in = Targets(("0.0.0.0", 0), StandIn)
    threading.Thread(target=stand_in.serve_forever, daemon=True).start()
    server = start(bench, count, stand_in.server_port, *more or ("", ""))
    times = []
    with running([server]):
        server.wait_up()
        time.sleep(calm)
        for number in range(count):
            times.append(one_change(bench, server, f"p{number}"))
    stand_in.shutdown()
    stand_in.server_close()
    seen = sorted(time for time in times if time is not None) or [float("inf")]
    p50, p99 = (seen[min(len(seen) - 1, int(len(seen) * share))] for share in (.5, .99))
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


def one_change(bench, server, pool):
    """us from the stand-in's 500 to the first answer without it; None if none came."""
    file = zones.write_packets(bench.scratch / "watched", [(f"{pool}.example.com", "A")])
    watch = subprocess.Popen([f"{os.environ['BENCH_TOOLS']}/watch", str(server.port), str(file), "5"],
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    watch.stdout.readline()
    StandIn.failing.add(pool)
    changed, _ = watch.communicate(timeout=10)
    return (int(changed) - StandIn.sent[pool]) / 1000 if changed.strip() else None
