"""A reload of 1,000,000 names under load: which answers are lost, and how late the latest is.

The load is steady (tools/load.c). The first part of it is quiet; then the zone file is another one, with a new serial
and one more name, and the server is told to reload. The reload's part ends a second after the new name is there.
"""
import contextlib
import os
import shutil
import signal
import subprocess
import time

from load import SteadyLoad
from servers import ask, is_answer, running
import table
import zones

KEYS = ["quiet lost", "reload lost", "quiet worst us", "reload worst us", "added us", "reload s"]
QUIET = 2
NEW_NAME = "new.example.com"


def run(bench):
    count, results = bench.options.names_large, {}
    kinds = [kind for kind in bench.kinds if kind in ("triagedns", "nsd", "knot", "gdnsd", "bind")]
    results = bench.rounds(kinds, lambda kind: once(bench, kind, count), name=lambda kind: kind,
                           rounds=min(2, bench.options.rounds))
    bench.title(f"Reload of {count:,} names under {bench.options.rate:,} queries per second")
    print(table.compare(results, KEYS, []), flush=True)
    lost, added = (table.median(results["triagedns"], key) for key in ("reload lost", "added us"))
    bench.bar("reload: lost answers", "0", f"{lost:.0f}", lost == 0)
    bench.bar("reload: worst added latency", "<= 5 ms", f"{added / 1000:.1f} ms", added <= 5000)
    return results


def once(bench, kind, count):
    origin, path = bench.zone_for(kind, count)[0]
    private = bench.directory("reload") / "example.com.zone"
    private.parent.mkdir()
    shutil.copy(path, private)
    server = bench.start(kind, zones=[(origin, private)], expect=["h0.example.com"], wait=False,
                         steady=True)
    with running([server]):
        server.wait_up()
        load = SteadyLoad(server, bench.packet_file("hit"), bench.options.rate, QUIET + bench.options.reload_seconds)
        time.sleep(QUIET)
        change(private)
        asked = time.monotonic()
        tell(server)
        seconds = wait_for_change(server, asked, bench.options.reload_seconds - 1)
        counts, windows = load.result()
    return sum_up(counts, windows, asked - load.started, seconds)


def change(path):
    """A new serial and a new name, in the file that is served, whose inode stays (the servers' own are links to it)."""
    with open(path, "r+") as file:
        head = file.read(200).replace("hostmaster 1 ", "hostmaster 2 ")
        file.seek(0)
        file.write(head)
        file.seek(0, os.SEEK_END)
        file.write("new IN A 192.0.2.77\n")


def tell(server):
    """Asks for a reload."""
    if server.kind == "gdnsd":
        subprocess.Popen(["gdnsdctl", "-c", server.directory, "reload-zones"], stdin=subprocess.DEVNULL,
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    else:
        os.kill(server.pid, signal.SIGHUP)


def wait_for_change(server, asked, limit):
    """Seconds until the new name has an answer."""
    while time.monotonic() - asked < limit:
        with contextlib.suppress(OSError):
            if is_answer(ask(server.port, NEW_NAME)):
                return time.monotonic() - asked
        time.sleep(0.01)
    return float("nan")


def sum_up(counts, windows, asked, seconds):
    """Splits the windows at the moment of the reload. Times in s from the start of the load."""
    end = asked + (seconds if seconds == seconds else 3600) + 1
    # The first half second warms up.
    quiet = [window for window in windows if 500 <= window[0] < asked * 1000 - 100]
    busy = [window for window in windows if asked * 1000 - 10 <= window[0] < end * 1000]
    worst = lambda part: max((window[2] for window in part), default=0)
    lost = lambda part: sum(window[3] for window in part)
    return {"quiet lost": lost(quiet), "reload lost": lost(busy), "quiet worst us": worst(quiet),
            "reload worst us": worst(busy), "added us": max(0, worst(busy) - worst(quiet)), "reload s": seconds,
            "counts": counts}
