"""5,000 targets with two checks each, every 10 s: what probing costs, whether it keeps up, and whether anything leaks.

The targets are one process (tools/targets.c) on 5,000 addresses of the loopback: HTTP and a C-ECHO, on a port each.
"""
import os
import re
import subprocess
import threading
import time
import urllib.request

import peers
from sections import verdict
from servers import Server, running
import table
import zones

TARGETS, IN_POOL = 5000, 64
# Until the probes of the first round, which all start at once, are spread out.
CALM = 45


def run(bench):
    results = {"plain": probing(bench, 60 if bench.options.quick else 600), "silent": silent(bench)}
    report(bench, results)
    results["changes"] = {kind: changes(bench, kind) for kind in ("none", "flat", "nested")}
    report_changes(bench, results["changes"])
    return results


class Listener:
    """tools/targets.c, and what it has seen."""

    def __init__(self, bench, *mode):
        self.ports, self.seconds = (bench.next_port(), bench.next_port()), []
        self.process = subprocess.Popen([f"{os.environ['BENCH_TOOLS']}/targets", *mode, *map(str, self.ports)],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.seconds.append(tuple(map(int, line.split())))

    @property
    def most(self):
        return max(most for _, most, _ in self.seconds)

    @property
    def accepted(self):
        return self.seconds[-1][2]

    def stop(self):
        self.process.kill()
        self.process.wait()


def addresses(count=TARGETS):
    return [f"127.1.{number >> 8}.{number & 255}" for number in range(1, count + 1)]


def pools(kind, places):
    """In pools of 64, which is the most; nested: of 8 in each of 8, beside the 64."""
    text = ""
    targets = lambda few: ", ".join(f"t{number}: {place}" for number, place in enumerate(few))
    for number, first in enumerate(range(0, len(places), IN_POOL)):
        some = places[first:first + IN_POOL]
        if kind == "nested":
            inner = [some[at:at + 8] for at in range(0, len(some), 8)]
            text += "".join(f"  s{number}-{part}: {{checks: [web, echo], targets: {{{targets(few)}}}}}\n"
                            for part, few in enumerate(inner))
            members = ", ".join(f"i{part}: {{pool: s{number}-{part}}}" for part in range(len(inner)))
            text += f"  s{number}: {{targets: {{{members}}}}}\n"
        else:
            text += f"  s{number}: {{checks: [web, echo], targets: {{{targets(some)}}}}}\n"
    return text


def checks(web, echo):
    return (f"  web: {{type: http, port: {web}, path: /, interval: 10s}}\n"
            f"  echo: {{type: dicom, port: {echo}, called_aet: ANY, interval: 10s}}\n")


def start(bench, web, echo):
    def setup(directory, files, port, threads, pool):
        argv = peers.triagedns(directory, files, port, threads, pool=False)
        text = f"checks:\n{checks(web, echo)}pools:\n{pools('flat', addresses())}"
        peers.write(directory, "zones/triagedns.yaml", text)
        return argv
    peers.SETUPS["scale"] = setup
    path = bench.directory("scale.zone")
    count = -(-TARGETS // IN_POOL)
    zones.write_zone(path, 10, "".join(f"s{number} 30 IN POOL s{number}\n" for number in range(count)))
    return Server("scale", bench.directory("scale"), [("example.com", path)], bench.next_port(),
                  expect=["s0.example.com"])


def probing(bench, seconds):
    """All is well: cost over a minute, descriptors over all of `seconds`."""
    listener = Listener(bench)
    server = start(bench, *listener.ports)
    with running([server, listener]):
        server.wait_up()
        time.sleep(CALM)
        before, accepted = metrics(server), listener.accepted
        cpu, began = server.cpu(), time.monotonic()
        time.sleep(60)
        span = time.monotonic() - began
        user, system = ((now - then) / span for now, then in zip(server.cpu(), cpu))
        result = {"probes/s": (listener.accepted - accepted) / span,
                  "user cores": user, "system cores": system, **lateness(before, metrics(server)),
                  "PSS MB": server.memory()}
        files = [descriptors(server)]
        while time.monotonic() < began + seconds:
            time.sleep(1)
            files.append(descriptors(server))
        tenth = max(1, len(files) // 10)
        result |= {"descriptors at first": files[:tenth], "descriptors at last": files[-tenth:],
                   "PSS MB at last": server.memory(), "most at a time": most(server, listener)}
        return result


def silent(bench):
    """Nobody answers: every probe waits for its timeout, and more of them want to run than may."""
    listener = Listener(bench, "silent")
    server = start(bench, *listener.ports)
    with running([server, listener]):
        time.sleep(CALM)
        return {"most at a time": most(server, listener), "PSS MB": server.memory(),
                "descriptors": descriptors(server)}


def most(server, listener):
    """Probes at a time: what may be, what the server counted, and the connections that the targets saw."""
    figures = metrics(server)
    return {"limit": figures["triagedns_probes_running_limit"], "counted": figures["triagedns_probes_running_max"],
            "seen": listener.most}


def metrics(server):
    """Those of probing, by name; buckets by their bound."""
    text = urllib.request.urlopen(f"http://{peers.ADDRESS}:{server.port + 10_000}/metrics", timeout=30).read().decode()
    found = re.findall(r'^(triagedns_probe[s_]\w+)(?:\{le="([^"]+)"\})? (\S+)$', text, re.M)
    return {name if not bound else float(bound): float(value) for name, bound, value in found}


def lateness(before, after):
    """Upper bounds in ms of the buckets in which the middle and the 99th hundredth are."""
    bounds = sorted(bound for bound in after if isinstance(bound, float))
    counts = [after[bound] - before[bound] for bound in bounds]
    at = lambda share: 1000 * next(bound for bound, count in zip(bounds, counts) if count >= share * counts[-1])
    return {"late p50 <= ms": at(.5), "late p99 <= ms": at(.99)}


def descriptors(server):
    return len(os.listdir(f"/proc/{server.pid}/fd"))


def changes(bench, kind):
    """us from a verdict to the changed answer, with so much else to watch."""
    listener = Listener(bench)
    more = None if kind == "none" else (checks(*listener.ports), pools(kind, addresses()))
    with running([listener]):
        return verdict.measure(bench, 20 if bench.options.quick else 50, more, CALM if more else 1)


def report(bench, results):
    plain, beyond = results["plain"], results["silent"]
    bench.title(f"{TARGETS:,} targets, 2 checks each, every 10 s")
    figures = ("probes/s", "user cores", "system cores", "late p50 <= ms", "late p99 <= ms", "PSS MB", "PSS MB at last")
    print(table.markdown(list(figures), [[plain[key] for key in figures]]))
    first, last = plain["descriptors at first"], plain["descriptors at last"]
    spread = lambda files: f"{min(files)} to {max(files)}"
    print(f"\ndescriptors: {spread(first)} at first, {spread(last)} at last")
    rows = [[name, *(result["most at a time"][key] for key in ("limit", "counted", "seen"))]
            for name, result in (("all answer", plain), ("nobody answers", beyond))]
    print("\n" + table.markdown(["probes at a time", "limit", "most, counted", "connections, seen"], rows), flush=True)
    cores = plain["user cores"] + plain["system cores"]
    bench.bar("5,000 targets x 2 checks every 10 s, cores", "<= 0.5", f"{cores:.2f}", cores <= .5)
    bench.bar("the same, PSS", "<= 200 MB", f"{plain['PSS MB at last']:.0f} MB", plain["PSS MB at last"] <= 200)
    # The targets learn of the end of a connection a little later than we do.
    limit = beyond["most at a time"]["limit"] * 1.05
    most_seen = max(plain["most at a time"]["seen"], beyond["most at a time"]["seen"])
    bench.bar("connections of probes at a time", f"<= {limit:.0f}",
              f"{most_seen}", most_seen <= limit)


def report_changes(bench, results):
    bench.title("From verdict to changed answer, us")
    row = lambda name, result: [name, *(result[key] for key in ("p50", "p99", "max")), result["missing"]]
    names = {"none": "nothing else to watch", "flat": "beside 5,000 targets", "nested": "the same, in nested pools"}
    print(table.markdown(["", "p50", "p99", "max", "not seen"],
                         [row(names[kind], result) for kind, result in results.items()]), flush=True)
    worst = max(result["p50"] for result in results.values())
    bench.bar("verdict to changed answer beside 5,000 targets, p50", "<= 1 ms", f"{worst / 1000:.2f} ms", worst <= 1000)
